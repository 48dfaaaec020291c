//! The arguments of every command that reads a manifest.

use clap::Args as ClapArgs;
use std::path::PathBuf;

use crate::import::finding::{Code, Severity};

#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The manifest (TOML)
    #[arg(long, value_name = "FILE")]
    pub(super) manifest: PathBuf,
    /// A blocking finding that shall not stop the run; may be repeated
    #[arg(long, value_name = "CODE", value_parser = parse_code)]
    pub(super) accept: Vec<Code>,
    /// Where lists of rows go [default: beside the manifest; `check` writes one only here]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
}

fn parse_code(code: &str) -> Result<Code, String> {
    Code::parse(code).ok_or_else(|| {
        let blocking = Code::ALL.iter().filter(|code| code.severity() == Severity::Blocking);
        let known: Vec<&str> = blocking.map(|code| code.as_str()).collect();
        format!("不认识的代码；会阻止导入的有 {}", known.join("、"))
    })
}
