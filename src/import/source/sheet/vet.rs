//! Vets a workbook before it is read. The reader keeps some parts in memory, and every element as a whole: an archive of a few kilobytes
//! could exhaust the memory. A vetted workbook needs a bounded amount.

mod definition;
mod scan;

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use zip::ZipArchive;

use crate::import::source::items::NoTable;
use definition::Definition;
use scan::Scan;

/// The limit of a part that is kept in memory, the workbook's texts above all.
const MAX_PART: u64 = 64 * 1024 * 1024;
/// The limit of a sheet, which is streamed.
const MAX_SHEET: u64 = 16 * 1024 * 1024 * 1024;

const MAX_PARTS: usize = 10_000;

const OLE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

fn refuse(reason: impl Into<String>) -> NoTable {
    NoTable::Workbook(reason.into())
}

/// Vets every part.
pub(super) fn workbook(mut file: File) -> Result<(), NoTable> {
    let mut head = Vec::new();
    file.by_ref().take(OLE.len() as u64).read_to_end(&mut head)?;
    if head == OLE {
        return Err(refuse("是旧的 .xls 格式，或设有密码；请另存为不设密码的 .xlsx，或 CSV"));
    }
    file.rewind()?;
    let damaged = |error: zip::result::ZipError| refuse(format!("不是 .xlsx 文件，或已损坏（{error}）"));
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if archive.len() > MAX_PARTS {
        return Err(refuse("部件过多"));
    }
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(damaged)?;
        // The reader finds parts whatever the case of their names.
        let name = part.name().map_err(damaged)?.to_lowercase();
        vet_part(&name, part)?;
    }
    Ok(())
}

fn vet_part(name: &str, mut part: impl Read) -> Result<(), NoTable> {
    let is_texts = name.contains("sharedstrings");
    let is_sheet = name.contains("worksheets/") && !is_texts;
    let limit = if is_sheet { MAX_SHEET } else { MAX_PART };
    let is_xml = [".xml", ".rels", ".vml"].iter().any(|ending| name.ends_with(ending));
    let mut scan = Scan::default();
    let mut definition = Definition::default();
    let mut chunk = vec![0; 64 * 1024];
    let mut total = 0;
    loop {
        let count = part.read(&mut chunk).map_err(|error| refuse(format!("部件 {name} 已损坏（{error}）")))?;
        if count == 0 {
            break;
        }
        total += count as u64;
        if total > limit {
            let limit = limit / 1024 / 1024;
            return Err(refuse(format!("部件 {name} 解压后超过 {limit} MiB；请另存为 CSV")));
        }
        if is_sheet || is_texts {
            scan.bytes(&chunk[..count]).map_err(|reason| refuse(format!("部件 {name} {reason}")))?;
        } else if is_xml && definition.is_in(&chunk[..count]) {
            return Err(refuse(format!("部件 {name} 含有 DTD")));
        }
    }
    // Memory for the announced number of texts is allocated beforehand.
    if scan.announced > total / 4 { Err(refuse(format!("部件 {name} 的计数不实"))) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> Result<u64, &'static str> {
        let mut scan = Scan::default();
        text.as_bytes().iter().try_for_each(|byte| scan.bytes(&[*byte])).map(|()| scan.announced)
    }

    #[test]
    fn structure_is_followed_and_what_hides_it_is_refused() {
        assert_eq!(scan("<?xml version='1.0'?>\n<sst uniqueCount=\"7\"><si><t a='>'>x</t></si><si/></sst>"), Ok(7));
        for bad in
            ["<a><!-- x --></a>", "<a><![CDATA[x]]></a>", "<!DOCTYPE a>", "<a><b></a></b>", "<a b='<'<", "</a>", "<>"]
        {
            assert!(scan(bad).is_err(), "{bad}");
        }
        assert!(scan(&"<a>".repeat(65)).is_err());
        let cell = "<c><v>1</v></c>".repeat(200_000);
        assert_eq!(scan(&format!("<worksheet><sheetData><row>{cell}</row></sheetData></worksheet>")), Ok(0));
        let long = "<t>x</t>".repeat(200_000);
        assert!(scan(&format!("<worksheet><sheetData><row><c>{long}</c></row></sheetData></worksheet>")).is_err());
    }
}
