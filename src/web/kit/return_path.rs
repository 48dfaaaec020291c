//! Where to go after a sign-in: a path of this site, parsed once, and nothing else.

use std::fmt;

const MAX_LENGTH: usize = 512;

/// A local path with an optional query, of characters that no browser rewrites.
///
/// Not allowed: what could name another host (`//`, `\`, a scheme), what browsers drop (TAB, CR, LF), dot segments that fold into one of
/// these, percent-encoding in the path, and the sign-in's own addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnPath(String);

impl ReturnPath {
    /// `None` for anything that is not such a path.
    pub fn parse(text: &str) -> Option<Self> {
        let path = local_path(text)?;
        let is_sign_in =
            within(path, "/sso") || within(path, "/account") && !is_of_an_account(path) || path == "/signed-out";
        (!is_sign_in && !within(path, "/review")).then(|| Self(text.to_owned()))
    }

    /// As it goes into `Location`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The same for staff: a page of the desk that is for those who have signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskPath(String);

impl DeskPath {
    /// `None` for anything that is not such a path.
    pub fn parse(text: &str) -> Option<Self> {
        let path = local_path(text)?;
        let of_sign_in = ["/review/sign-in", "/review/factor", "/review/enrol", "/review/sign-out"];
        let is_sign_in = of_sign_in.iter().any(|folder| within(path, folder));
        (within(path, "/review") && !is_sign_in).then(|| Self(text.to_owned()))
    }

    /// As it goes into `Location`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The path of a local address that no browser rewrites.
fn local_path(text: &str) -> Option<&str> {
    let (path, query) = match text.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (text, None),
    };
    let path_is_good = path.starts_with('/')
        && !path.contains("//")
        && path.split('/').all(|segment| segment != "." && segment != "..")
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte));
    let query_is_good =
        query.is_none_or(|query| query.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~=&%+".contains(&byte)));
    (text.len() <= MAX_LENGTH && path_is_good && query_is_good).then_some(path)
}

fn within(path: &str, folder: &str) -> bool {
    path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Pages of accounts that are for whoever has signed in.
fn is_of_an_account(path: &str) -> bool {
    ["/account/profile", "/account/password", "/account/check"].contains(&path)
}

impl fmt::Display for ReturnPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    #[test]
    fn only_paths_of_this_site_are_taken() {
        for good in [
            "/",
            "/accounts",
            "/account/profile",
            "/reissue",
            "/reissue?exam=ZJ",
            "/applications/0199-x",
            "/reissue/new?exam=%E9%80%A0&a=b",
        ] {
            assert_eq!(ReturnPath::parse(good).map(|path| path.to_string()).as_deref(), Some(good));
        }
        for bad in [
            "",
            "reissue",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/..//evil.example",
            "/a/../..//evil.example",
            "/./reissue",
            "/%2f%2fevil.example",
            "/%2e%2e//evil.example",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "/reissue\r\nSet-Cookie: a=b",
            "/reissue\0",
            "/考试",
            "/reissue#fragment",
            "/reissue?a=\r\nb",
            "/sso/login?return_to=/sso/login",
            "/sso/logout",
            "/signed-out",
            "/account/login",
            "/account/recover/token",
            "/review",
            "/review/staff",
        ] {
            assert_eq!(ReturnPath::parse(bad), None, "{bad:?}");
        }
        assert_eq!(ReturnPath::parse(&format!("/{}", "a".repeat(600))), None);
    }

    #[test]
    fn a_desk_path_is_one_of_the_desk_behind_its_sign_in() {
        for good in ["/review", "/review/staff", "/review?city=%E6%B5%8E&page=2", "/review/applications/0199-x"] {
            assert_eq!(DeskPath::parse(good).as_ref().map(DeskPath::as_str), Some(good));
        }
        for bad in [
            "",
            "/",
            "/reissue",
            "/reviews",
            "/review/../reissue",
            "//evil.example/review",
            "https://evil.example/review",
            "/review\t",
            "/review/sign-in?return_to=/review",
            "/review/factor",
            "/review/enrol/token",
            "/review/sign-out",
        ] {
            assert_eq!(DeskPath::parse(bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_taken_stays_on_this_site(text in "[/\\\\.:%?#a-z2f\t\r\n @-]{0,24}") {
            if let Some(path) = ReturnPath::parse(&text) {
                let base = Url::parse("https://here.example/x").unwrap();
                let target = base.join(path.as_str()).unwrap();
                prop_assert_eq!(target.origin(), base.origin());
                prop_assert!(!target.path().starts_with("//"));
            }
        }
    }
}
