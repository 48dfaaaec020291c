//! Sources behind one interface: examined once, read any number of times.

use indicatif::ProgressBar;
use std::io;

use super::database::{Database, Links};
use super::delimited::Delimited;
use super::folder::FolderInput;
use super::items::{Items, NoTable};
use super::layout::Layout;
use super::row::Row;
use super::sheet::Sheet;
use crate::import::finding::{Code, Tally};
use crate::import::kind::Kind;
use crate::import::manifest;
use crate::import::report::Shape;

/// An opened source.
#[derive(Debug)]
pub enum Input {
    Table(TableInput),
    Folder(FolderInput),
    /// Not readable.
    Nothing,
}

/// A table in a file, a sheet or a database.
#[derive(Debug)]
pub struct TableInput(Table);

#[derive(Debug)]
enum Table {
    Delimited(Delimited),
    Sheet(Sheet),
    Database(Database),
}

/// Opens every source of a manifest; a problem of one is a finding about it, and the others are opened nevertheless.
pub fn open_all(sources: &[manifest::Source], tallies: &mut [Tally]) -> Vec<Input> {
    let mut links = Links::default();
    sources.iter().zip(tallies).map(|(source, tally)| open(source, &mut links, tally)).collect()
}

fn open(source: &manifest::Source, links: &mut Links, tally: &mut Tally) -> Input {
    if let Some(Err(unknown)) = &source.password {
        tally.source(Code::UnknownScheme, &unknown.0);
    }
    let opened = if source.kind == Kind::Photos {
        FolderInput::open(&source.path, tally).map(Input::Folder).map_err(NoTable::from)
    } else {
        open_table(source, links, tally).map(|table| Input::Table(TableInput(table)))
    };
    opened.unwrap_or_else(|reason| {
        tally.source(Code::UnreadableFile, &reason.to_string());
        Input::Nothing
    })
}

fn open_table(source: &manifest::Source, links: &mut Links, tally: &mut Tally) -> Result<Table, NoTable> {
    if let Some(mysql) = &source.mysql {
        return Database::open(source, mysql, links, tally).map(Table::Database);
    }
    if source.is_workbook() {
        return Sheet::open(source, tally).map(Table::Sheet);
    }
    Delimited::open(source, tally).map(Table::Delimited)
}

impl Input {
    /// How a table is read, for the report.
    pub fn shape(&self) -> Option<Shape> {
        let Self::Table(TableInput(table)) = self else { return None };
        Some(match table {
            Table::Delimited(file) => Shape {
                encoding: Some(file.encoding()),
                delimiter: Some(file.delimiter()),
                columns: file.layout().columns(),
            },
            Table::Sheet(sheet) => Shape { encoding: None, delimiter: None, columns: sheet.layout().columns() },
            Table::Database(database) => {
                Shape { encoding: Some(database.encoding()), delimiter: None, columns: database.layout().columns() }
            }
        })
    }
}

impl TableInput {
    /// Bytes to read, for the progress bar; approximate, or 0 where unknown.
    pub fn size(&self) -> u64 {
        match &self.0 {
            Table::Delimited(table) => table.size(),
            Table::Sheet(sheet) => sheet.size(),
            Table::Database(database) => database.size(),
        }
    }

    pub fn layout(&self) -> &Layout {
        match &self.0 {
            Table::Delimited(table) => table.layout(),
            Table::Sheet(sheet) => sheet.layout(),
            Table::Database(database) => database.layout(),
        }
    }

    /// The rows from the first one on, equal at each call; `progress` is advanced by what is read of [`Self::size`].
    pub fn rows(&mut self, progress: &ProgressBar) -> io::Result<Box<dyn Items<Input = Row> + '_>> {
        Ok(match &self.0 {
            Table::Delimited(table) => Box::new(table.rows(progress)?),
            Table::Sheet(sheet) => Box::new(sheet.rows(progress)?),
            Table::Database(database) => Box::new(database.rows(progress)?),
        })
    }
}
