//! The table `password` of a source.

use toml::{Table, Value};

use super::Reader;
use crate::domain::legacy_password::{Algorithm, Charset, HexCase, Order, Scheme, Spec, UnknownScheme};
use crate::import::kind::{Kind, Target};
use crate::import::manifest::source::Source;

impl Reader {
    /// An unknown scheme is reported by the run, as a finding; a contradiction is a problem of the manifest.
    pub(super) fn password(&mut self, table: &Table, kind: Option<Kind>) -> Option<Result<Spec, UnknownScheme>> {
        let Value::Table(given) = table.get("password")? else {
            self.say("password 须是 { scheme = \"...\" } 的表");
            return None;
        };
        if kind.is_some_and(|kind| kind != Kind::Accounts) {
            self.say("password 只用于 kind = \"accounts\"");
        }
        self.refuse_unknown(given, &["scheme", "order", "charset", "trim", "hex_case", "algorithm"]);
        let trim = given.get("trim").and_then(|value| {
            let trim = value.as_bool();
            if trim.is_none() {
                self.say("password.trim 须是 true 或 false");
            }
            trim
        });
        let order = self.choice(given, "order", &Order::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>());
        let charset = self.choice(given, "charset", &["utf-8", "gb18030", "gbk", "utf-16le"]);
        let hex_case = self.choice(given, "hex_case", &HexCase::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>());
        let algorithms = Algorithm::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>();
        let algorithm = self.choice(given, "algorithm", &algorithms);
        let name = self.text(given, "scheme")?;
        let Some(scheme) = Scheme::from_word(&name) else { return Some(Err(UnknownScheme(name))) };
        let spec = Spec {
            scheme,
            order: order.and_then(Order::from_word),
            charset: charset.and_then(Charset::named),
            trim,
            hex_case: hex_case.and_then(HexCase::from_word),
            algorithm: algorithm.and_then(Algorithm::from_word),
        };
        self.check_options(given, spec);
        Some(Ok(spec))
    }

    /// An option that its scheme does not have would be silently ignored, and every password of the source would be wrong.
    fn check_options(&mut self, given: &Table, spec: Spec) {
        for (key, scheme) in [("order", Scheme::Md5Salted), ("algorithm", Scheme::AspnetMembership)] {
            if given.contains_key(key) && spec.scheme != scheme {
                self.say(&format!("password.{key} 只用于 scheme = \"{}\"", scheme.as_str()));
            }
        }
        if spec.scheme == Scheme::Md5Salted && !given.contains_key("order") {
            let words: Vec<&str> = Order::ALL.iter().map(|order| order.as_str()).collect();
            self.say(&format!("scheme = \"md5-salted\" 须写明 password.order：{} 之一", words.join("、")));
        }
    }

    /// A salted hash without its salt is useless.
    pub(super) fn check_salt_column(&mut self, source: &Source) {
        let Some(Ok(spec)) = &source.password else { return };
        if spec.has_salt_column() && source.columns.get(&Target::Salt) == Some(&None) {
            self.say(&format!("scheme = \"{}\" 需要盐所在的列，columns.salt 不能写 \"\"", spec.scheme.as_str()));
        }
    }

    fn choice<'a>(&mut self, table: &'a Table, key: &str, words: &[&str]) -> Option<&'a str> {
        let value = table.get(key)?;
        let word = value.as_str().filter(|word| words.contains(word));
        if word.is_none() {
            self.say(&format!("password.{key} 须是 {} 之一", words.join("、")));
        }
        word
    }
}
