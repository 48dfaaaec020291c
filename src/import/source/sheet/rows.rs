//! The rows of a sheet.

use calamine::DataRef;
use std::io;
use std::sync::Arc;

use super::book::Book;
use super::cell;
use super::shown::Format;
use crate::domain::form::text::tidy;
use crate::import::finding::Code;
use crate::import::kind::Target;
use crate::import::source::feed::Stop;
use crate::import::source::items::{Item, Rejection};
use crate::import::source::layout::Layout;
use crate::import::source::record::Assembly;
use crate::import::source::row::Row;
use crate::import::source::split::{MAX_FIELDS, MAX_RECORD};

/// A cell that is not empty.
pub(super) struct Placed<'a> {
    pub(super) column: usize,
    pub(super) value: DataRef<'a>,
    style: usize,
}

/// How numbers are shown in this workbook.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    /// Number formats, by the index of a cell's style.
    pub(super) formats: &'a [Option<Format>],
    pub(super) is_1904: bool,
}

impl Look<'_> {
    fn format(&self, cell: &Placed<'_>) -> Option<&Format> {
        self.formats.get(cell.style)?.as_ref()
    }
}

/// Every row that is not empty, with its number in the sheet. Of a row that is far too wide, only enough to detect that.
pub(super) fn each_row<'a>(
    book: &'a mut Book,
    name: &str,
    mut give: impl FnMut(u64, &[Placed<'a>], &[Option<Format>]) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let failed = |error: calamine::XlsxError| Stop::Failed(io::Error::other(error.to_string()));
    let mut reader = book.worksheet_cells_reader(name).map_err(failed)?;
    let codes = reader.styles().iter().map(|style| style.number_format.as_ref());
    let formats: Vec<_> = codes.map(|code| Some(Format::of(&code?.format_code))).collect();
    let (mut cells, mut row): (Vec<Placed<'a>>, u32) = (Vec::new(), 0);
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(failed)? {
        let (at, column) = cell.get_position();
        if at != row {
            if !cells.is_empty() {
                give(u64::from(row) + 1, &cells, &formats)?;
            }
            cells.clear();
            row = at;
        }
        let value = cell.get_value().clone();
        if !is_blank(&value) && cells.len() <= MAX_FIELDS {
            cells.push(Placed { column: column as usize, value, style });
        }
    }
    if cells.is_empty() { Ok(()) } else { give(u64::from(row) + 1, &cells, &formats) }
}

fn is_blank(value: &DataRef<'_>) -> bool {
    match value {
        DataRef::Empty => true,
        DataRef::String(text) => text.is_empty(),
        DataRef::SharedString(text) => text.is_empty(),
        _ => false,
    }
}

pub(super) fn item(
    number: u64,
    cells: &[Placed<'_>],
    look: Look<'_>,
    layout: &Arc<Layout>,
    assembly: &mut Assembly,
) -> Item<Row> {
    assembly.clear();
    let width = layout.headers.len();
    let mut places: Vec<Option<&Placed<'_>>> = vec![None; width];
    let mut fits = true;
    for cell in cells {
        match places.get_mut(cell.column) {
            Some(place) => *place = Some(cell),
            None => fits = false,
        }
    }
    let decoded = if fits { write_row(&places, look, layout, assembly) } else { Err(Code::ColumnCount) };
    match decoded.and_then(|()| assembly.finish(number)) {
        Ok(record) => Item::of(record, layout),
        Err(code) => {
            let mut key = String::new();
            if let Some(cell) = layout.at(Target::Key).and_then(|at| places[at]) {
                cell::write(&cell.value, Some(Target::Key), look.is_1904, look.format(cell), &mut key);
            }
            Item::Rejected(Rejection { row: number, key: tidy(&key).to_owned(), code })
        }
    }
}

fn write_row(
    places: &[Option<&Placed<'_>>],
    look: Look<'_>,
    layout: &Layout,
    assembly: &mut Assembly,
) -> Result<(), Code> {
    for (column, cell) in places.iter().enumerate() {
        let mut note = None;
        assembly.push(|text| {
            if let Some(cell) = cell {
                let (target, format) = (layout.target_of(column), look.format(cell));
                note = cell::write(&cell.value, target, look.is_1904, format, text);
            }
            if text.len() > MAX_RECORD { Err(Code::LineTooLong) } else { Ok(()) }
        })?;
        if let Some(code) = note {
            assembly.note(code, column);
        }
    }
    Ok(())
}
