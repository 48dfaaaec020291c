//! A sheet of a workbook (.xlsx), read as a stream of cells.

mod cell;
mod hidden;
mod shown;
mod vet;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use indicatif::ProgressBar;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use super::feed::{Feed, Stop};
use super::items::{Item, NoTable, Rejection};
use super::layout::Layout;
use super::open::open_file;
use super::record::Draft;
use super::row::Row;
use super::split::{MAX_FIELDS, MAX_RECORD};
use crate::domain::form::text::tidy;
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::manifest;
use hidden::Hidden;
use shown::Format;

/// A sheet that was examined.
#[derive(Debug)]
pub(super) struct Sheet {
    path: PathBuf,
    name: String,
    size: u64,
    layout: Arc<Layout>,
}

impl Sheet {
    /// Reads the whole sheet once: a malformed structure is reported now, and not in the middle of the import.
    pub(super) fn open(source: &manifest::Source, tally: &mut Tally) -> Result<Self, NoTable> {
        vet::workbook(open_file(&source.path)?)?;
        let (path, wanted) = (source.path.clone(), source.sheet.clone());
        // A thread contains panics: the reader is a library's, and the file is untrusted.
        let looked = thread::Builder::new().spawn(move || look(&path, wanted.as_deref()))?.join();
        let Looked { name, headers, header_row, hidden_rows, hidden_columns } =
            looked.unwrap_or_else(|_| Err(unreadable("结构无法理解")))?;
        let layout = Arc::new(Layout::new(headers, source, tally));
        for row in hidden_rows {
            tally.row(Code::HiddenRow, row);
        }
        for column in hidden_columns {
            tally.row_with(Code::HiddenColumn, header_row, layout.shown(column));
        }
        Ok(Self { size: source.path.metadata()?.len(), path: source.path.clone(), name, layout })
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(super) fn rows(&self, progress: &ProgressBar) -> io::Result<Feed> {
        let (path, name, layout) = (self.path.clone(), self.name.clone(), Arc::clone(&self.layout));
        let progress = progress.clone();
        Feed::start(move |mouth| {
            let failed = |error: NoTable| Stop::Failed(io::Error::other(error.to_string()));
            let mut book = open_book(&path, progress).map_err(failed)?;
            let mut header = None;
            let mut draft = Draft::default();
            let is_1904 = book.has_1904_epoch();
            each_row(&mut book, &name, |number, cells, formats| {
                if header.is_some() {
                    let look = Look { formats, is_1904 };
                    return mouth.give(item(number, cells, look, &layout, &mut draft));
                }
                let same = texts(cells) == layout.headers;
                header = Some(());
                if same { Ok(()) } else { Err(io::Error::other("文件在读取期间被改动").into()) }
            })
        })
    }
}

fn unreadable(reason: &str) -> NoTable {
    NoTable::Workbook(reason.to_owned())
}

type Book = Xlsx<BufReader<Counted>>;

fn open_book(path: &Path, progress: ProgressBar) -> Result<Book, NoTable> {
    let file = BufReader::new(Counted { file: open_file(path)?, progress });
    Xlsx::new(file).map_err(|error| unreadable(&error.to_string()))
}

/// The result of examining a sheet.
struct Looked {
    name: String,
    headers: Vec<String>,
    header_row: u64,
    /// Hidden rows that are not empty.
    hidden_rows: Vec<u64>,
    hidden_columns: Vec<usize>,
}

fn look(path: &Path, wanted: Option<&str>) -> Result<Looked, NoTable> {
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

/// A cell that is not empty.
struct Placed<'a> {
    column: usize,
    value: DataRef<'a>,
    style: usize,
}

/// How numbers are shown in this workbook.
#[derive(Clone, Copy)]
struct Look<'a> {
    /// Number formats, by the index of a cell's style.
    formats: &'a [Option<Format>],
    is_1904: bool,
}

impl Look<'_> {
    fn format(&self, cell: &Placed<'_>) -> Option<&Format> {
        self.formats.get(cell.style)?.as_ref()
    }
}

/// Every row that is not empty, with its number in the sheet. Of a row that is far too wide, only enough to detect that.
fn each_row<'a>(
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

/// A header's texts, through the last column that has one.
fn texts(cells: &[Placed<'_>]) -> Vec<String> {
    let width = cells.iter().map(|cell| cell.column + 1).max().unwrap_or(0).min(MAX_FIELDS + 1);
    let mut texts = vec![String::new(); width];
    for cell in cells.iter().filter(|cell| cell.column < width) {
        let mut text = String::new();
        cell::write(&cell.value, None, false, None, &mut text);
        tidy(&text).clone_into(&mut texts[cell.column]);
    }
    texts
}

fn item(number: u64, cells: &[Placed<'_>], look: Look<'_>, layout: &Arc<Layout>, draft: &mut Draft) -> Item<Row> {
    draft.clear();
    let width = layout.headers.len();
    let mut places: Vec<Option<&Placed<'_>>> = vec![None; width];
    let mut fits = true;
    for cell in cells {
        match places.get_mut(cell.column) {
            Some(place) => *place = Some(cell),
            None => fits = false,
        }
    }
    let decoded = if fits { write_row(&places, look, layout, draft) } else { Err(Code::ColumnCount) };
    match decoded.and_then(|()| draft.finish(number)) {
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

fn write_row(places: &[Option<&Placed<'_>>], look: Look<'_>, layout: &Layout, draft: &mut Draft) -> Result<(), Code> {
    for (column, cell) in places.iter().enumerate() {
        let mut note = None;
        draft.push(|text| {
            if let Some(cell) = cell {
                let (target, format) = (layout.target_of(column), look.format(cell));
                note = cell::write(&cell.value, target, look.is_1904, format, text);
            }
            if text.len() > MAX_RECORD { Err(Code::LineTooLong) } else { Ok(()) }
        })?;
        if let Some(code) = note {
            draft.note(code, column);
        }
    }
    Ok(())
}

/// A file that reports how much of it was read. Parts of an archive are found by seeking, which is no progress.
struct Counted {
    file: File,
    progress: ProgressBar,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.progress.inc(count as u64);
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
