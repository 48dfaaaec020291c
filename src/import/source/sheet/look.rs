//! Examining a sheet before its rows are read.

use calamine::{Reader, SheetType, SheetVisible};
use indicatif::ProgressBar;
use std::path::Path;

use super::book::{Book, open_book, unreadable};
use super::cell;
use super::hidden::Hidden;
use super::rows::{Placed, each_row};
use crate::domain::form::text::tidy;
use crate::import::source::feed::Stop;
use crate::import::source::items::NoTable;
use crate::import::source::split::MAX_FIELDS;

/// The result of examining a sheet.
pub(super) struct Looked {
    pub(super) name: String,
    pub(super) headers: Vec<String>,
    pub(super) header_row: u64,
    /// Hidden rows that are not empty.
    pub(super) hidden_rows: Vec<u64>,
    pub(super) hidden_columns: Vec<usize>,
}

pub(super) fn look(path: &Path, wanted: Option<&str>) -> Result<Looked, NoTable> {
    let mut book = open_book(path, ProgressBar::hidden())?;
    let names = book.sheet_names();
    let Some(name) = wanted.map_or_else(|| first_visible(&book), |name| Some(name.to_owned())) else {
        return Err(unreadable("没有可见的工作表；要读隐藏的，请在清单中写明 sheet"));
    };
    if !names.contains(&name) {
        let names: Vec<&str> = names.iter().take(8).map(String::as_str).collect();
        return Err(unreadable(&format!("没有名为 {name} 的工作表；有 {}", names.join("、"))));
    }
    let (hidden, mut headers, mut hidden_rows) = (Hidden::of(path, &name), None, Vec::new());
    let read = each_row(&mut book, &name, |number, cells, _| {
        if headers.is_none() {
            headers = Some((number, texts(cells)));
        } else if hidden.has_row(number) {
            hidden_rows.push(number);
        }
        Ok(())
    });
    match read {
        Err(Stop::Failed(error)) => return Err(unreadable(&error.to_string())),
        Err(Stop::Gone) | Ok(()) => {}
    }
    let (header_row, headers) = headers.ok_or(NoTable::Empty)?;
    if headers.len() > MAX_FIELDS {
        return Err(NoTable::Header);
    }
    let hidden_columns = (0..headers.len()).filter(|column| hidden.has_column(*column)).collect();
    Ok(Looked { name, headers, header_row, hidden_rows, hidden_columns })
}

/// The sheet that a user sees first; auxiliary sheets, such as lists of choices, are often hidden before it.
fn first_visible(book: &Book) -> Option<String> {
    let mut sheets = book.sheets_metadata().iter();
    let sheet = sheets.find(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)?;
    Some(sheet.name.clone())
}

/// A header's texts, through the last column that has one.
pub(super) fn texts(cells: &[Placed<'_>]) -> Vec<String> {
    let width = cells.iter().map(|cell| cell.column + 1).max().unwrap_or(0).min(MAX_FIELDS + 1);
    let mut texts = vec![String::new(); width];
    for cell in cells.iter().filter(|cell| cell.column < width) {
        let mut text = String::new();
        cell::write(&cell.value, None, false, None, &mut text);
        tidy(&text).clone_into(&mut texts[cell.column]);
    }
    texts
}
