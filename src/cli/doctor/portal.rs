//! The portal: what it offers, and what one test sign-in brings.

use chrono::Utc;
use serde_json::json;
use sso::{Callback, FieldReport, Finding, LoginError, PendingLogin, Portal, Severity};
use std::io::{self, BufRead};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use url::Url;

use super::problem;
use crate::app::App;
use crate::app::pending::{Pending, Starter};
use crate::cli::failure::Failure;
use crate::cli::ground;
use crate::cli::output::{Format, Outcome, print};
use crate::config::Config;
use crate::web::{self, listen};

/// How long an operator may take at the portal.
const PATIENCE: Duration = Duration::from_mins(15);

/// Between two looks for the return that a running service has kept.
const PAUSE: Duration = Duration::from_millis(500);

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    sso::install_crypto_provider();
    let callback = config.server.public_url.as_ref().and_then(|url| url.join("/sso/callback").ok());
    let Some(callback) = callback else {
        return vec![problem("portal", "server.public_url is missing".into(), "give the origin that browsers see")];
    };
    match Portal::new(&config.portal, callback) {
        Ok(portal) => portal.check(Utc::now()).await,
        Err(error) => vec![problem("portal", error.to_string(), "correct the [portal] section")],
    }
}

/// One test sign-in. The return is taken by the running service, or by a listener of our own where none runs, or pasted by the operator.
pub(super) async fn try_out(config: Config, format: Format) -> Result<Outcome, Failure> {
    let app = App::new(config)?;
    ground::refuse_others_keys(&app).await?;
    let begun = app.portal.begin(Utc::now()).await;
    let (url, login) = begun.map_err(|error| failed("portal", error, "Run `buzheng doctor --portal`."))?;
    let (handle, login) = (login.handle().to_owned(), login.into_stored());
    let pending = Pending { starter: Starter::Operator, return_to: None, login: login.clone() };
    app.keep_pending(&handle, &pending).await.map_err(|error| failed("redis", error, "Run `buzheng doctor`."))?;
    let stand_in = stand_in(&app, &handle, format).await?;
    invite(&url, format)?;
    let returned = tokio::time::timeout(PATIENCE, come_back(&app, &handle)).await;
    if let Some(stand_in) = stand_in {
        stand_in.abort();
    }
    let returned = returned.map_err(|_| {
        let step =
            "Run it again; sign in within a quarter of an hour, or paste the address on which the browser ended.";
        Failure::new("portal", "nobody came back from the portal", step)
    })??;
    let pending = PendingLogin::from_stored(&login).map_err(|error| failed("portal", error, "Run it again."))?;
    let report = match returned {
        Ok(callback) => app.portal.try_out(pending, callback, Utc::now()).await,
        Err(error) => Err(error),
    };
    let step = "The log of the portal's operator for this moment tells its side; `buzheng doctor --portal` tells ours.";
    let report = report.map_err(|error| failed("portal", error, step))?;
    show(&report, format)?;
    let good = report.iter().all(|field| field.severity == Severity::Ok);
    Ok(if good { Outcome::Done } else { Outcome::NeedsAttention })
}

fn failed(thing: &str, error: impl std::fmt::Display, next_step: &str) -> Failure {
    Failure::new(thing, error, next_step)
}

/// Takes the return in place of a service that does not run, and nothing else: nobody can sign in here. Where the address is taken, the
/// service is there and takes the return itself.
async fn stand_in(app: &Arc<App>, handle: &str, format: Format) -> Result<Option<JoinHandle<()>>, Failure> {
    let listen = app.config.server.listen;
    let listener = match TcpListener::bind(listen).await {
        Ok(listener) => listener,
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Ok(None),
        Err(error) => {
            if format == Format::Human {
                print(format_args!(
                    "{listen} cannot be listened on ({error}); the return can be pasted all the same."
                ))?;
            }
            return Ok(None);
        }
    };
    let router = web::trial_router(app.clone(), handle.to_owned());
    let limits = listen::Limits::public(&app.config.server);
    Ok(Some(tokio::spawn(listen::serve(listener, router, limits, std::future::pending()))))
}

fn invite(url: &Url, format: Format) -> Result<(), Failure> {
    match format {
        Format::Human => print(format_args!(
            "Open this address in a browser and sign in with a test account:\n\n  {url}\n\n\
             Nobody is signed in to the service by it. Waiting for the return; if the browser does not reach the service,\n\
             paste the address on which it ended here:"
        )),
        Format::Json => print(json!({ "sign_in_url": url })),
    }
}

/// From the service, by Redis, or from the terminal.
async fn come_back(app: &App, handle: &str) -> Result<Result<Callback, LoginError>, Failure> {
    let (lines, mut pasted) = mpsc::unbounded_channel();
    // Reading a terminal cannot be cancelled; the thread goes with the process.
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                break;
            }
        }
    });
    loop {
        if let Some(returned) = app.take_trial(handle).await.map_err(|error| failed("redis", error, "Run it again."))? {
            return Ok(Ok(returned));
        }
        tokio::select! {
            Some(line) = pasted.recv() => match read_pasted(&line) {
                Some((tail, query)) => {
                    app.take_trial_pending(handle).await.map_err(|error| failed("redis", error, "Run it again."))?;
                    return Ok(app.portal.receive(&tail, &query));
                }
                None if line.trim().is_empty() => {}
                None => print("that is no address of this service's /sso/callback; paste it whole:")?,
            },
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// What follows our callback address in the path, and the query.
fn read_pasted(line: &str) -> Option<(String, String)> {
    let url = Url::parse(line.trim()).ok()?;
    let tail = url.path().strip_prefix("/sso/callback")?.to_owned();
    Some((tail, url.query().unwrap_or_default().to_owned()))
}

fn show(report: &[FieldReport], format: Format) -> Result<(), Failure> {
    if format == Format::Json {
        return print(json!({ "fields": report }));
    }
    for field in report {
        let word = match field.severity {
            Severity::Ok => "ok",
            Severity::Warning => "warning",
            Severity::Problem => "problem",
        };
        let (attribute, place) = (field.attribute.as_str(), field.place.as_deref().unwrap_or("-"));
        print(format_args!("{word:<8} {attribute:<16} {place:<24} {:<20} {}", field.shown, field.message))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_operator_pastes_is_taken_apart_as_a_browser_would_send_it() {
        let (tail, query) = read_pasted(" https://bz.example.gov.cn/sso/callback/abc&ticket=t?x=1 \n").unwrap();
        assert_eq!((tail.as_str(), query.as_str()), ("/abc&ticket=t", "x=1"));
        let (tail, query) = read_pasted("http://127.0.0.1:8080/sso/callback?code=c&state=s").unwrap();
        assert_eq!((tail.as_str(), query.as_str()), ("", "code=c&state=s"));
        for other in ["", "code=c&state=s", "https://bz.example.gov.cn/reissue"] {
            assert!(read_pasted(other).is_none(), "{other}");
        }
    }
}
