//! Rows and columns of a sheet that a user does not see: hidden ones, and those that a filter excludes.

mod tags;

use std::io::{BufReader, Read};
use std::path::Path;
use zip::ZipArchive;

use crate::import::source::open::open_file;
use tags::{attribute, each_tag, name};

/// The limit of the file format.
const MAX_ROWS: u32 = 1_048_576;

/// Positions, the first row being 1 and the first column 0.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    /// Numbers of hidden rows, ascending.
    rows: Vec<u32>,
    columns: Vec<(u32, u32)>,
}

impl Hidden {
    /// Examines a sheet of a workbook that was [vetted](super::vet). Nothing is hidden where the workbook is structured in another way than
    /// spreadsheets do it.
    pub(super) fn of(path: &Path, sheet: &str) -> Self {
        find(path, sheet).unwrap_or_default()
    }

    pub(super) fn has_row(&self, row: u64) -> bool {
        u32::try_from(row).is_ok_and(|row| self.rows.binary_search(&row).is_ok())
    }

    pub(super) fn has_column(&self, column: usize) -> bool {
        u32::try_from(column).is_ok_and(|column| self.columns.iter().any(|(from, to)| (*from..=*to).contains(&column)))
    }

    fn add(&mut self, tag: &str, last: &mut u32) {
        let number = |name: &str| attribute(tag, name).and_then(|value| value.parse::<u32>().ok());
        let is_hidden = |size: &str| {
            attribute(tag, "hidden").is_some_and(|value| matches!(value.as_str(), "1" | "true"))
                || attribute(tag, size).is_some_and(|value| value.parse() == Ok(0.0_f64))
        };
        match name(tag) {
            "row" => {
                *last = number("r").unwrap_or(last.saturating_add(1));
                if is_hidden("ht") && *last <= MAX_ROWS && self.rows.last().is_none_or(|before| *before < *last) {
                    self.rows.push(*last);
                }
            }
            "col" if is_hidden("width") && self.columns.len() < 1000 => {
                self.columns.extend(
                    number("min").zip(number("max")).map(|(from, to)| (from.saturating_sub(1), to.saturating_sub(1))),
                );
            }
            _ => {}
        }
    }
}

fn find(path: &Path, sheet: &str) -> Option<Hidden> {
    let mut archive = ZipArchive::new(BufReader::new(open_file(path).ok()?)).ok()?;
    let (mut id, mut target) = (None, None);
    each_tag(part(&mut archive, "xl/workbook.xml")?, |tag| {
        if name(tag) == "sheet" && attribute(tag, "name").as_deref() == Some(sheet) {
            id = attribute(tag, "id");
        }
    });
    let id = id?;
    each_tag(part(&mut archive, "xl/_rels/workbook.xml.rels")?, |tag| {
        if name(tag) == "Relationship" && attribute(tag, "Id").as_ref() == Some(&id) {
            target = attribute(tag, "Target");
        }
    });
    let target = target?;
    let target = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
    let (mut hidden, mut last) = (Hidden::default(), 0);
    each_tag(part(&mut archive, &target)?, |tag| hidden.add(tag, &mut last));
    Some(hidden)
}

fn part<'a>(archive: &'a mut ZipArchive<BufReader<std::fs::File>>, wanted: &str) -> Option<impl Read + 'a> {
    let is_it = |name: &str| name.eq_ignore_ascii_case(wanted);
    let at = (0..archive.len())
        .find(|at| archive.by_index_raw(*at).is_ok_and(|part| part.name().is_ok_and(|name| is_it(&name))))?;
    archive.by_index(at).ok()
}

#[cfg(test)]
mod tests;
