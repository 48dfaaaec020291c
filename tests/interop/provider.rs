//! Providers as processes of their own, and a person's way through their pages.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use reqwest::Method;
use sso::config::OidcConfig;
use tempfile::TempDir;
use url::Url;

use crate::support::{Browser, Builder, Form, Page, TestApp};

/// The gateway's secret at both providers: with characters that HTTP Basic must encode (RFC 6749 §2.3.1).
const SECRET: &str = "of the test: 100 % known & more";

/// A running provider. It ends with its standard input, so also where a test is killed.
pub(crate) struct Provider {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    pub(crate) issuer: Url,
    /// Where it keeps what it needs.
    _folder: TempDir,
}

impl Provider {
    fn start(command: &mut Command, folder: TempDir) -> Self {
        let process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process =
            process.unwrap_or_else(|error| panic!("{command:?}: {error}; deploy/scripts/test installs it"));
        let (input, output) = (process.stdin.take(), BufReader::new(process.stdout.take().unwrap()));
        let issuer = Url::parse("http://127.0.0.1/").unwrap();
        let mut provider = Self { process, input, output, issuer, _folder: folder };
        let port = provider.answer().parse().expect("a port");
        provider.issuer.set_port(Some(port)).unwrap();
        provider
    }

    /// `oidc-provider` of npm, under the Node.js that comes with it.
    pub(crate) fn oidc_provider() -> Self {
        let here = here();
        let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
        let node = here.join(format!("node_modules/node-linux-{arch}/bin/node"));
        Self::start(Command::new(node).arg(here.join("oidc_provider.mjs")), tempfile::tempdir().unwrap())
    }

    /// The portal of LemonLDAP::NG, from Debian.
    pub(crate) fn lemonldap() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::start(Command::new("perl").arg(here().join("lemonldap.pl")).arg(folder.path()), folder)
    }

    /// Sends a line and waits until it has taken effect.
    pub(crate) fn tell(&mut self, line: &str) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{line}").unwrap();
        // Among its remarks.
        while self.answer() != "ready" {}
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "the provider has ended");
        line.trim_end().to_owned()
    }

    /// A gateway with this provider as its portal.
    pub(crate) fn gateway(&self) -> Builder {
        let issuer = self.issuer.as_str().trim_end_matches('/').to_owned();
        TestApp::builder().config(|config| {
            config.portal.oidc = OidcConfig {
                issuer,
                client_id: "buzheng".to_owned(),
                client_secret: SECRET.into(),
                ..OidcConfig::default()
            };
        })
    }

    /// A person's browser as the provider sees it.
    pub(crate) fn browser(&self) -> Browser {
        Browser::at(self.issuer.clone())
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.input.take());
        if let Err(error) = self.process.wait() {
            eprintln!("a provider does not end: {error}");
        }
    }
}

fn here() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop"))
}

/// Goes from page to page at the provider, answering each form as `answer` says, until it sends the browser away; to where.
pub(crate) async fn walk(browser: &Browser, start: Url, answer: impl Fn(&Page) -> Form) -> Url {
    let mut page = browser.fetch(Method::GET, start.clone(), |request| request).await;
    for _ in 0..20 {
        page = if page.status.is_redirection() {
            let place = page.url.join(page.header("location")).unwrap();
            if place.origin() != start.origin() {
                return place;
            }
            browser.fetch(Method::GET, place, |request| request).await
        } else {
            browser.submit(answer(&page)).await
        };
    }
    panic!("the provider leads nowhere: {}\n{}", page.url, page.words());
}

/// The first page at the provider on which a person has something to do.
pub(crate) async fn first_page(browser: &Browser, start: Url) -> Page {
    let mut page = browser.fetch(Method::GET, start, |request| request).await;
    while page.status.is_redirection() {
        let place = page.url.join(page.header("location")).unwrap();
        page = browser.fetch(Method::GET, place, |request| request).await;
    }
    page
}
