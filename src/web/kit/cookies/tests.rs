use super::*;
use proptest::prelude::*;

const NAME: &str = "__Host-bz_session";

fn values(lines: &[&[u8]]) -> Vec<String> {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(header::COOKIE, HeaderValue::from_bytes(line).unwrap());
    }
    cookie_values(&headers, NAME).map(str::to_owned).collect()
}

fn token(letter: char) -> String {
    letter.to_string().repeat(43)
}

#[test]
fn bytes_of_other_applications_hide_nothing() {
    let ours = format!("{NAME}={}", token('a'));
    let gbk = b"UserName=\xd5\xc5\xc8\xfd";
    let foreign: [&[u8]; 7] =
        ["UserName=张三".as_bytes(), gbk, b"\xff", b"\xff=\xfe", b"=", b"", b"a=\"b; c=\xe5\x28\""];
    for foreign in foreign {
        let line = |parts: [&[u8]; 2]| parts.join(&b"; "[..]);
        assert_eq!(values(&[&line([foreign, ours.as_bytes()])]), [token('a')]);
        assert_eq!(values(&[&line([ours.as_bytes(), foreign])]), [token('a')]);
        assert_eq!(values(&[foreign, ours.as_bytes()]), [token('a')], "a header line of its own");
    }
}

#[test]
fn a_name_is_ours_byte_for_byte() {
    let token = token('a');
    for ours in [format!("{NAME}={token}"), format!("\t {NAME}={token} \t"), format!(";;{NAME}={token};")] {
        assert_eq!(values(&[ours.as_bytes()]), [token.as_str()], "{ours:?}");
    }
    for blank in ['\u{2000}', '\u{a0}', '\u{3000}', '\u{feff}', '\u{85}', '\u{200b}'] {
        for foreign in [format!("{blank}{NAME}={token}"), format!("{NAME}{blank}={token}")] {
            assert!(values(&[foreign.as_bytes()]).is_empty(), "{foreign:?}");
        }
    }
    for foreign in ["__host-bz_session", "X__Host-bz_session", "__Host-bz_session2", "bz_session", "__Host-bz_session "]
    {
        assert!(values(&[format!("{foreign}={token}").as_bytes()]).is_empty(), "{foreign:?}");
    }
    let latin1 = [b"\xa0", NAME.as_bytes(), b"=", token.as_bytes()].concat();
    assert!(values(&[&latin1]).is_empty());
}

#[test]
fn values_that_are_none_of_ours_are_passed_over_and_the_others_come_once_each_up_to_a_number() {
    let (a, b) = (token('a'), token('b'));
    let line =
        format!("{NAME}=; {NAME}; {NAME}=short; {NAME}={a}; {NAME}=\"{a}\"; {NAME}={a}; {NAME}={b}=; {NAME}={b}");
    assert_eq!(values(&[line.as_bytes()]), [a, b]);
    let many: Vec<String> = (0..100).map(|n| format!("{NAME}={n:043}")).collect();
    assert_eq!(values(&[many.join("; ").as_bytes()]).len(), MAX_VALUES);
}

proptest! {
    #[test]
    fn whatever_stands_around_it_ours_is_found(before in foreign(), after in foreign()) {
        let line = [&before, NAME.as_bytes(), b"=", token('a').as_bytes(), &after].concat();
        prop_assert_eq!(values(&[&line]), [token('a')]);
    }
}

/// Cookies of others, with the semicolon that divides them from ours.
fn foreign() -> impl Strategy<Value = Vec<u8>> {
    let pair = proptest::collection::vec(prop_oneof![0x20..=0x3a_u8, 0x3c..=0x7e_u8, 0x80..=0xff_u8], 0..12);
    proptest::collection::vec(pair, 0..4).prop_map(|pairs| [b";".as_slice(), &pairs.join(&b';'), b";"].concat())
}
