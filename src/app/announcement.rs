//! 公告: the operator's words on the first pages, from a file that may change while the service runs (`site.notice_file`).

use std::io;
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use super::App;

/// Bytes of the file; an announcement is a few sentences.
const MAX_FILE: usize = 8 * 1024;

impl App {
    /// Reads the file and puts its text on the pages; whether that changed them. Without a file there is no announcement; where it cannot be read, or
    /// is not UTF-8 text of at most 8 KiB, the announcement of before stands.
    pub async fn read_announcement(&self) -> io::Result<bool> {
        let Some(path) = &self.config.site.notice_file else { return Ok(false) };
        let mut bytes = Vec::new();
        match File::open(path).await {
            Ok(file) => file.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes).await?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        if bytes.len() > MAX_FILE {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "longer than 8 KiB"));
        }
        let text = String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not UTF-8"))?;
        Ok(self.views.set_announcement(paragraphs(&text)))
    }
}

/// Each line that is not blank.
fn paragraphs(text: &str) -> Vec<String> {
    text.trim_start_matches('\u{feff}')
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::paragraphs;

    #[test]
    fn each_line_is_a_paragraph_whatever_editor_wrote_it() {
        assert_eq!(paragraphs("\u{feff}一\r\n\r\n  二 \n"), ["一", "二"]);
        assert!(paragraphs("\u{feff}\r\n \u{3000}\n").is_empty());
    }
}
