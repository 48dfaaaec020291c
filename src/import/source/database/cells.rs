//! The text of a cell, by its column's type and charset.

use mysql::Value;
use mysql::consts::ColumnType;

use super::charset::{Bytes, Charset};
use crate::import::finding::Code;
use crate::import::source::encoding::Encoding;

/// How a column's bytes are read.
#[derive(Clone, Copy)]
pub(super) struct Cells {
    kind: ColumnType,
    bytes: Bytes,
}

impl Cells {
    /// `None` where the column has a character set that is not supported.
    pub(super) fn of(column: &mysql::Column, encoding: Encoding) -> Option<Self> {
        let charset =
            if encoding == Encoding::Gb18030 { Charset::of(column.character_set()) } else { Charset::Whatever };
        let bytes = match charset {
            // Its collation says binary, but it is always utf8mb4.
            _ if column.column_type() == ColumnType::MYSQL_TYPE_JSON => Bytes::As(Encoding::Utf8),
            Charset::Known(bytes) => bytes,
            Charset::Whatever => Bytes::As(encoding),
            Charset::Foreign => return None,
        };
        Some(Self { kind: column.column_type(), bytes })
    }
}

/// Results are text, except bits.
pub(super) fn cell(value: &Value, column: Cells, text: &mut String) -> Result<(), Code> {
    match value {
        Value::NULL => Ok(()),
        Value::Bytes(bytes) if column.kind == ColumnType::MYSQL_TYPE_BIT => {
            let bits = bytes.iter().fold(0, |bits: u64, byte| bits << 8 | u64::from(*byte));
            text.push_str(&bits.to_string());
            Ok(())
        }
        Value::Bytes(bytes) => column.bytes.decode_into(bytes, text).ok_or(Code::MalformedBytes),
        other => {
            text.push_str(other.as_sql(true).trim_matches('\''));
            Ok(())
        }
    }
}
