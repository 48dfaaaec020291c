//! Words for reviewers, and text that steers no terminal.

use std::borrow::Cow;

use crate::domain::linking::{LinkActor, Origin, Transformation};
use crate::domain::review::NameMatch;

/// Text in which every control character is written as JSON would: what was typed, imported or stored neither steers the terminal
/// nor looks like a line of the report.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    escape(text, char::is_control)
}

/// [`plain`] for text of several lines.
pub(super) fn plain_lines(text: &str) -> Cow<'_, str> {
    escape(text, |c| c.is_control() && c != '\n' && c != '\t')
}

/// [`plain_lines`], cut after so many characters.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let mut short = plain_lines(text).into_owned();
    if let Some((at, _)) = short.char_indices().nth(most) {
        short.truncate(at);
        short.push('…');
    }
    short
}

fn escape(text: &str, harmful: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&harmful) {
        return Cow::Borrowed(text);
    }
    let written = |c: char| if harmful(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    Cow::Owned(text.chars().map(written).collect())
}

/// What it took to make two pairs equal, or what kept them apart.
pub(super) fn comparison(transformations: &[Transformation]) -> String {
    let word = |transformation: &Transformation| match transformation {
        Transformation::Upgrade15To18 => "15位号码升为18位",
        Transformation::Upgrade15To18Ambiguous => "15位号码升为18位，世纪不能确定",
        Transformation::NameFolded => "姓名仅写法不同",
        Transformation::NameUnclear => "姓名有缺失的字",
        Transformation::NameDiffers => "姓名不同",
    };
    if transformations.is_empty() {
        return "无".to_owned();
    }
    transformations.iter().map(word).collect::<Vec<_>>().join("；")
}

pub(super) const fn name_match(found: NameMatch) -> &'static str {
    match found {
        NameMatch::Same => "相同",
        NameMatch::Folded => "仅写法不同",
        NameMatch::Unclear => "有缺失的字，其余相符",
        NameMatch::Different => "不同",
    }
}

/// By whose word a pair is a person's.
pub(super) const fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Portal => "门户",
        Origin::Proof => "旧密码",
        Origin::Review => "核实",
        Origin::Account => "账户",
    }
}

pub(super) fn actor(actor: &LinkActor) -> Cow<'_, str> {
    match actor {
        LinkActor::SignIn => "登录".into(),
        LinkActor::Account => "账户登录".into(),
        LinkActor::Proof => "旧密码".into(),
        LinkActor::Task(number) => format!("核实{number}").into(),
        LinkActor::Citizen | LinkActor::Request | LinkActor::Staff(_) => actor.word(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_written_out_and_everything_else_stays() {
        for (text, line, lines) in [
            ("reissue:12", "reissue:12", "reissue:12"),
            ("阿依·买 \u{20000}", "阿依·买 \u{20000}", "阿依·买 \u{20000}"),
            ("\u{1b}[31m红", "\\u001b[31m红", "\\u001b[31m红"),
            ("一\n二\t三", "一\\u000a二\\u0009三", "一\n二\t三"),
            ("\u{9b}\u{7}\0", "\\u009b\\u0007\\u0000", "\\u009b\\u0007\\u0000"),
            ("", "", ""),
        ] {
            assert_eq!((&*plain(text), &*plain_lines(text)), (line, lines));
        }
        assert_eq!(shortened(&"长".repeat(10_000), 200), format!("{}…", "长".repeat(200)));
        assert_eq!(shortened("\u{1b}x", 7), "\\u001bx");
    }
}
