//! `If-None-Match` (RFC 9110 §13.1.2): `*`, or a list of tags, weak ones too. As bytes: a tag is of any encoding.

use axum::http::{HeaderMap, HeaderValue, header};

/// Whether the browser holds this version, by a tag of its own list. Tags are compared weakly, as the section says.
pub(crate) fn none_match(headers: &HeaderMap, opaque: &str) -> bool {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().map(HeaderValue::as_bytes);
    lines.into_iter().any(|line| line.trim_ascii() == b"*" || tags(line).any(|tag| tag == opaque.as_bytes()))
}

/// The text between the quotes of each tag, up to the first malformed tag. A tag may hold a comma.
fn tags(mut line: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        while let [b',' | b' ' | b'\t', rest @ ..] = line {
            line = rest;
        }
        let quoted = line.strip_prefix(b"W/").unwrap_or(line).strip_prefix(b"\"")?;
        let end = quoted.iter().position(|byte| *byte == b'"')?;
        line = &quoted[end + 1..];
        Some(&quoted[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holds(lines: &[&[u8]]) -> bool {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::IF_NONE_MATCH, HeaderValue::from_bytes(line).unwrap());
        }
        none_match(&headers, "abc")
    }

    #[test]
    fn any_tag_of_the_list_counts_weak_or_strong() {
        for line in [
            "\"abc\"",
            "W/\"abc\"",
            "\"x\", \"abc\"",
            "W/\"x\",W/\"abc\" , \"y\"",
            ", ,\"abc\"",
            "\"a,b\", \"abc\"",
            "*",
            " * ",
        ] {
            assert!(holds(&[line.as_bytes()]), "{line}");
        }
        assert!(holds(&[b"\"x\"", b"\"abc\""]), "lists of several lines");
        assert!(holds(&[b"\"\xd5\xc5\", \"abc\""]), "bytes of another encoding");
        for line in ["", "abc", "\"ab\"", "\"abc", "w/\"abc\"", "\"x,\"abc\"", "\"*\"", "*, \"x\"", "W/abc", "\"ABC\""]
        {
            assert!(!holds(&[line.as_bytes()]), "{line}");
        }
        assert!(!holds(&[]));
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(line in proptest::collection::vec(prop_oneof![0x20..=0x7e_u8, 0x80..=0xff_u8, Just(b'"')], 0..40)) {
            holds(&[&line]);
        }
    }
}
