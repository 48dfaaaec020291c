//! Which file of a crate names which, and the circles among them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::paths::{beginnings, paths, rust_files};

/// `["app", "sign_in"]` is `app/sign_in.rs`; the crate's root is empty.
pub(crate) type Module = Vec<String>;

/// A crate's files, each with its code: without comments and tests.
pub(crate) struct Files(BTreeMap<Module, String>);

impl Files {
    pub(crate) fn read(source: &Path) -> Self {
        let files = rust_files(source).into_iter().map(|(path, code)| {
            let path = path.strip_prefix(source).unwrap().with_extension("");
            (path.iter().map(|part| part.to_str().unwrap().to_owned()).collect(), code)
        });
        Self::of(files)
    }

    fn of(files: impl Iterator<Item = (Module, String)>) -> Self {
        let files = files.filter(|(module, _)| !module.iter().any(|part| part.ends_with("tests")));
        let named = |module: Module| if module == ["lib"] { Module::new() } else { module };
        Self(files.map(|(module, code)| (named(module), without_tests(&code))).collect())
    }

    /// Circles, each with all files that reach one another in it. A module and its own children may know each other: only a circle that
    /// goes both down from a module to its child and up from a child to its module is allowed.
    pub(crate) fn circles(&self) -> BTreeSet<BTreeSet<Module>> {
        let below = |from: &Module, to: &Module| !to.is_empty() && to[..to.len() - 1] == from[..];
        let upwards = self.graph(|from, to| !below(from, to));
        let downwards = self.graph(|from, to| !below(to, from));
        circles(&upwards).into_iter().chain(circles(&downwards)).collect()
    }

    fn graph(&self, counts: impl Fn(&Module, &Module) -> bool) -> Graph {
        let named = |(from, code): (&Module, &String)| {
            // To declare a child is not to use it.
            let children = self.0.keys().filter(|module| match module.split_last() {
                Some((name, above)) => above == from && beginnings(code, &format!("{name}::")).next().is_some(),
                None => false,
            });
            let paths = paths(code).into_iter().map(|path| self.file_of(from, &path));
            let to = children.cloned().chain(paths).filter(|to| to != from && counts(from, to));
            (from.clone(), to.collect())
        };
        self.0.iter().map(named).collect()
    }

    /// The file that a path leads to: that of its last module, since what follows stands in there.
    fn file_of(&self, from: &Module, path: &[String]) -> Module {
        let mut at = if path[0] == "crate" { Module::new() } else { from.clone() };
        for word in path {
            match word.as_str() {
                "crate" | "self" => {}
                "super" => drop(at.pop()),
                _ => {
                    let deeper = [at.as_slice(), std::slice::from_ref(word)].concat();
                    if !self.0.contains_key(&deeper) {
                        break;
                    }
                    at = deeper;
                }
            }
        }
        at
    }
}

/// Without items under `#[cfg(test)]`; rustfmt ends each on a line as far from the margin as its beginning.
fn without_tests(code: &str) -> String {
    let mut kept = Vec::new();
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        let margin = line.len() - line.trim_start().len();
        if line[margin..].starts_with("#[cfg(test)]") || line[margin..].starts_with("#[cfg(all(test") {
            lines.find(|line| {
                line.trim_end().ends_with(['}', ';', ',']) && line.len() - line.trim_start().len() == margin
            });
        } else {
            kept.push(line);
        }
    }
    kept.join("\n")
}

type Graph = BTreeMap<Module, BTreeSet<Module>>;

fn circles(graph: &Graph) -> BTreeSet<BTreeSet<Module>> {
    let reached: BTreeMap<&Module, BTreeSet<&Module>> = graph.keys().map(|from| (from, reach(graph, from))).collect();
    let around = |(from, to): (&&Module, &BTreeSet<&Module>)| -> BTreeSet<Module> {
        to.iter().filter(|to| reached[**to].contains(*from)).map(|to| (*to).clone()).collect()
    };
    reached.iter().map(around).filter(|circle| !circle.is_empty()).collect()
}

fn reach<'a>(graph: &'a Graph, from: &Module) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&Module> = graph[from].iter().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module) {
            next.extend(&graph[module]);
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files = files.iter().map(|(path, code)| (path.split('/').map(str::to_owned).collect(), (*code).to_owned()));
        let names =
            |circle: BTreeSet<Module>| circle.iter().map(|module| module.join("/")).collect::<Vec<_>>().join(" ");
        Files::of([(vec!["lib".to_owned()], String::new())].into_iter().chain(files))
            .circles()
            .into_iter()
            .map(names)
            .collect()
    }

    #[test]
    fn files_that_name_one_another_are_a_circle_however_they_do_it() {
        for names_a in
            ["use crate::a::A;", "use super::a::{self, A};", "use super::{d, a};", "fn b() { super::a::f(); }"]
        {
            assert_eq!(
                found(&[("a", "use crate::b::B;"), ("b", names_a), ("c", "use crate::a::A;")]),
                ["a b"],
                "{names_a}"
            );
        }
        let round = [("a", "use crate::b::B;"), ("b", "use crate::c::C;"), ("c", "use crate::a::A;")];
        assert_eq!(found(&round), ["a b c"]);
        assert!(found(&round[1..]).is_empty());
    }

    #[test]
    fn a_module_and_its_children_may_know_each_other() {
        let family = [("a", "pub use self::b::B;"), ("a/b", "use super::{A, c::C};"), ("a/c", "use crate::a::A;")];
        assert!(found(&family).is_empty());
    }

    #[test]
    fn a_circle_that_leaves_the_family_is_one() {
        let by_way_of_the_child = [("a", "pub use b::B;"), ("a/b", "use crate::c::C;"), ("c", "use crate::a::A;")];
        assert_eq!(found(&by_way_of_the_child), ["a a/b c"]);
        let by_way_of_the_parent = [("a", "use crate::c::C;"), ("a/b", "use super::A;"), ("c", "use crate::a::b::B;")];
        assert_eq!(found(&by_way_of_the_parent), ["a a/b c"]);
        let grandchild = [("a", "use b::B;"), ("a/b", "fn f() { c::f(); }"), ("a/b/c", "use super::super::A;")];
        assert_eq!(found(&grandchild), ["a a/b a/b/c"]);
        let only_declared = [("a", "use b::B;"), ("a/b", "mod c;"), ("a/b/c", "use super::super::A;")];
        assert!(found(&only_declared).is_empty());
        let siblings = [("a", ""), ("a/b", "use super::c::C;"), ("a/c", "use super::b::B;")];
        assert_eq!(found(&siblings), ["a/b a/c"]);
    }

    #[test]
    fn tests_are_not_looked_at() {
        let inline = "#[cfg(test)]\nmod tests {\n    use crate::a::A;\n}\n#[cfg(test)]\nuse crate::a::{\n    A,\n};";
        assert!(found(&[("a", "use crate::b::B;"), ("b", inline), ("b/tests", "use crate::a::A;")]).is_empty());
        assert_eq!(found(&[("a", "use crate::b::B;"), ("b", &format!("{inline}\nuse crate::a::A;"))]), ["a b"]);
    }
}
