//! The report's two files. Each gets its name when it is whole.

use serde_json::Value;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Args;
use crate::cli::failure::Failure;
use crate::import::output::Unfinished;
use crate::views::{Access, ImportReport, Portal, Site, Views};

pub(super) fn write(args: &Args, page: &ImportReport, object: &Value) -> Result<[PathBuf; 2], Failure> {
    let portal = Portal { display_name: String::new(), home_url: String::new(), account_url: String::new() };
    let built = Views::new(Access::PORTAL, &portal, &Site::default()).and_then(|views| views.render(page));
    let html = built.map_err(|error| Failure::new("report", error, "这是程序的缺陷，请报告给开发单位。"))?;
    let json = format!("{object:#}\n");
    let place = |ending: &str| args.out.join(format!("{}.report.{ending}", args.batch));
    let places = [place("html"), place("json")];
    for (path, text) in places.iter().zip([html, json]) {
        put(path, &text).map_err(|error| {
            Failure::new(path.display(), error, "请检查该文件夹是否存在、可写，或用 --out 指定另一个文件夹。")
        })?;
    }
    Ok(places)
}

fn put(path: &Path, text: &str) -> io::Result<PathBuf> {
    let unfinished = Unfinished::create(path)?;
    unfinished.file()?.write_all(text.as_bytes())?;
    unfinished.finish()
}
