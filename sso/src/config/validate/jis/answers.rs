//! Where an answer's parts are, and how they are packed.

use secrecy::ExposeSecret;

use crate::config::sections::{DataFormat, JisConfig};
use crate::config::validate::text;

impl JisConfig {
    pub(super) fn validate_answers(&self, section: &str, problems: &mut Vec<String>) {
        if !self.success.pointer.starts_with('/') {
            problems.push(format!("{section}.success.pointer: is not a JSON pointer, which begins with \"/\""));
        }
        if self.success.value.is_empty() {
            problems
                .push(format!("{section}.success.value: is empty; write the code of success, for example \"000000\""));
        }
        if self.refusals.contains_key(&self.success.value) {
            problems.push(format!("{section}.refusals: lists the code of success"));
        }
        if !self.data_pointer.is_empty() && !self.data_pointer.starts_with('/') {
            problems.push(format!("{section}.data_pointer: is not a JSON pointer, which begins with \"/\""));
        }
        if self.data_pointer.is_empty() && self.data == DataFormat::AesEcbHex {
            problems.push(format!(
                "{section}.data_pointer: is empty, and data = \"aes-ecb-hex\" is a text within the answer"
            ));
        }
        if self.token.is_empty() {
            problems.push(format!("{section}.token: must name at least one place"));
        }
        text::places(&format!("{section}.token"), &self.token, problems);
        let (key, own) = (self.cipher_key().len(), !self.data_key.expose_secret().is_empty());
        if self.data == DataFormat::AesEcbHex && key != DataFormat::KEY_BYTES && (own || key > 0) {
            let (name, hint) =
                if own { ("data_key", "") } else { ("app_word", "; set data_key where the key is another") };
            problems.push(format!(
                "{section}.{name}: has {key} bytes, and data = \"aes-ecb-hex\" needs a key of {}{hint}",
                DataFormat::KEY_BYTES
            ));
        }
    }
}
