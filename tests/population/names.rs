//! Names, and what fonts, keyboards, clerks and marriages make of them.

use rand::RngExt;
use rand::rngs::StdRng;

use super::documents::wide;
use super::people::{han_name, pick};

const FIRST_PARTS: [&str; 8] = ["阿样古丽", "买试提", "吐例洪", "艾仿尔", "帕虚提", "热拟姆", "古示拜尔", "扎范布"];
const LAST_PARTS: [&str; 6] = ["艾设提", "买拟买提", "吾例尔", "依仿木", "库样西", "沙试尔"];
const LATIN: [&str; 5] = ["Test", "Example", "Fictive", "Nobody", "Invented"];

/// U+00B7 is the right one; the empty one is the dot left out.
const DOTS: [&str; 12] = ["·", "•", "‧", "・", "･", "⋅", "∙", "．", ".", "●", "﹒", ""];
const MARKS: [&str; 9] = ["?", "？", "*", "＊", "□", "〓", "\u{fffd}", "\u{e000}", "\u{f123}"];
const BLANKS: [&str; 6] = [" ", "\u{3000}", "\u{a0}", "\u{200b}", "\t", "\u{fe00}"];
/// Characters, and where old fonts kept them (GB 18030-2005, bytes FE55, FE56, FE5A-FE5C, FE9F).
const RARE: [(char, char); 6] = [
    ('㑳', '\u{e81a}'),
    ('㑇', '\u{e81b}'),
    ('㖞', '\u{e81f}'),
    ('㘚', '\u{e820}'),
    ('㘎', '\u{e821}'),
    ('䶮', '\u{e863}'),
];
/// Simplified and traditional: never taken for one another.
const TRADITIONAL: [(char, char); 5] = [('张', '張'), ('刘', '劉'), ('陈', '陳'), ('赵', '趙'), ('马', '馬')];

/// What kind of name: each can be spoiled in its own ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Han,
    /// Holds a character that old fonts kept elsewhere.
    Rare,
    /// Parts with U+00B7 between them.
    Dotted,
    Latin,
}

/// A name as it really is.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    kind: Kind,
}

/// A name as somebody wrote it.
#[derive(Clone)]
pub(crate) struct Written {
    pub(crate) text: String,
    pub(super) what: What,
}

/// What is left of the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Every character, in one writing or another.
    Whole,
    /// Some characters are lost.
    Gaps,
    /// Another name, or none.
    Other,
}

/// How two writings of a name compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Same,
    Folded,
    Unclear,
    Different,
}

impl Name {
    pub(super) fn invent(random: &mut StdRng) -> Self {
        let (kind, text) = match random.random_range(0..100) {
            0..15 => {
                let (first, last) =
                    (random.random_range(0..FIRST_PARTS.len()), random.random_range(0..LAST_PARTS.len()));
                (Kind::Dotted, format!("{}·{}", FIRST_PARTS[first], LAST_PARTS[last]))
            }
            15..20 => {
                let (first, last) = (random.random_range(0..LATIN.len()), random.random_range(0..LATIN.len()));
                (Kind::Latin, format!("{} {}", LATIN[first], LATIN[last]))
            }
            20..28 => (Kind::Rare, format!("{}{}", han_name(random), RARE[random.random_range(0..RARE.len())].0)),
            _ => (Kind::Han, han_name(random)),
        };
        Self { text, kind }
    }

    /// As the portal has it: mostly right.
    pub(super) fn at_portal(&self, random: &mut StdRng) -> Written {
        match random.random_range(0..100) {
            // Only the end is lost: then no other surname can be taken for this one.
            0..2 if self.kind != Kind::Latin => {
                let mut text = self.text.clone();
                text.pop();
                Written { text: text + MARKS[random.random_range(0..MARKS.len())], what: What::Gaps }
            }
            // A portal whose names hold tabs signs nobody in.
            2..22 => Written { text: self.otherwise(random).replace('\t', " "), what: What::Whole },
            _ => Written { text: self.text.clone(), what: What::Whole },
        }
    }

    /// As an old row holds it.
    pub(super) fn write(&self, random: &mut StdRng, portal: Option<&Written>) -> Written {
        match random.random_range(0..100) {
            0..8 => Written { text: self.with_gaps(random), what: What::Gaps },
            8..14 => Written { text: self.another(random, portal), what: What::Other },
            14..16 => {
                Written { text: ["", " ", "·", "\u{3000}"][random.random_range(0..4)].to_owned(), what: What::Other }
            }
            16..50 => Written { text: self.otherwise(random), what: What::Whole },
            50..54 => Written { text: format!(" {}\u{3000}", self.text), what: What::Whole },
            _ => Written { text: self.text.clone(), what: What::Whole },
        }
    }

    /// All characters, written otherwise.
    fn otherwise(&self, random: &mut StdRng) -> String {
        match (self.kind, random.random_range(0..3)) {
            (Kind::Dotted, 0..2) => self.text.replace('·', DOTS[random.random_range(0..DOTS.len())]),
            (Kind::Rare, 0..2) => {
                self.text.chars().map(|c| RARE.iter().find(|(rare, _)| *rare == c).map_or(c, |(_, old)| *old)).collect()
            }
            (Kind::Latin, 0) => self.text.to_uppercase().chars().map(wide).collect(),
            (Kind::Latin, 1) => self.text.to_lowercase().replace(' ', ""),
            _ => {
                let at = random.random_range(1..self.text.chars().count());
                let blank = BLANKS[random.random_range(0..BLANKS.len())];
                let (head, tail) = split(&self.text, at);
                head + blank + &tail
            }
        }
    }

    /// One or two neighbouring characters lost; dots and blanks stay.
    fn with_gaps(&self, random: &mut StdRng) -> String {
        let characters: Vec<char> = self.text.chars().collect();
        let is_letter = |at: usize| characters.get(at).is_some_and(|c| *c != '·' && *c != ' ');
        loop {
            let at = random.random_range(0..characters.len());
            let lost = if is_letter(at + 1) && random.random_bool(0.4) { 2 } else { 1 };
            if is_letter(at) && lost < characters.len() {
                let mark = MARKS[random.random_range(0..MARKS.len())].repeat(random.random_range(1..=2));
                let part = |from: usize, to: usize| characters[from..to].iter().collect::<String>();
                return part(0, at) + &mark + &part(at + lost, characters.len());
            }
        }
    }

    /// A former name, or the same in characters that are not the same.
    fn another(&self, random: &mut StdRng, portal: Option<&Written>) -> String {
        let traditional: String = self
            .text
            .chars()
            .map(|c| TRADITIONAL.iter().find(|(now, _)| *now == c).map_or(c, |(_, then)| *then))
            .collect();
        if traditional != self.text && random.random_bool(0.5) {
            return traditional;
        }
        let gaps = portal.is_some_and(|written| written.what == What::Gaps);
        if self.kind == Kind::Han && !gaps && random.random_bool(0.7) {
            let surname = self.text.chars().next().unwrap();
            return format!("{surname}{}旧", pick(random, "春夏秋冬金木水火土"));
        }
        Self::unlike(random, &self.text).text
    }

    /// Somebody else's name, whose first character is another one.
    pub(super) fn unlike(random: &mut StdRng, text: &str) -> Self {
        loop {
            let name = Self::invent(random);
            let first = |text: &str| text.chars().next().map(|c| c.to_ascii_lowercase());
            if first(&name.text) != first(text) {
                return name;
            }
        }
    }

    /// Without any noise but what loses nothing.
    pub(super) fn plainly(&self) -> Written {
        Written { text: self.text.clone(), what: What::Whole }
    }
}

impl Written {
    /// Whether characters are lost: such a name is never certainly anybody's.
    pub(crate) fn has_gaps(&self) -> bool {
        self.what == What::Gaps
    }

    /// How a row's name compares with the portal's; both are writings of one name unless the row's is another.
    pub(super) fn compare(&self, portal: &Self) -> Match {
        match (self.what, portal.what) {
            (What::Other, _) => Match::Different,
            (What::Gaps, _) | (_, What::Gaps) => Match::Unclear,
            _ if self.text.trim() == portal.text.trim() => Match::Same,
            _ => Match::Folded,
        }
    }
}

fn split(text: &str, at: usize) -> (String, String) {
    (text.chars().take(at).collect(), text.chars().skip(at).collect())
}
