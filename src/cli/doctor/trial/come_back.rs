//! The return of the test sign-in: taken by the running service, by a listener in its place, or pasted at the terminal.

use sso::{Callback, LoginError};
use std::io::{self, BufRead};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use url::Url;

use super::failed;
use crate::app::App;
use crate::cli::failure::Failure;
use crate::cli::output::{Format, print};
use crate::web::{self, listen};

/// Between two polls for the return that a running service has kept.
const PAUSE: Duration = Duration::from_millis(500);

/// Takes the return in place of a service that does not run, and nothing else: nobody can sign in here. Where the address is taken, the
/// service is there and takes the return itself.
pub(super) async fn stand_in(app: &Arc<App>, handle: &str, format: Format) -> Result<Option<JoinHandle<()>>, Failure> {
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

/// From the service, by Redis, or from the terminal.
pub(super) async fn come_back(app: &App, handle: &str) -> Result<Result<Callback, LoginError>, Failure> {
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

/// The rest of the path after our callback address, and the query.
fn read_pasted(line: &str) -> Option<(String, String)> {
    let url = Url::parse(line.trim()).ok()?;
    let tail = url.path().strip_prefix("/sso/callback")?.to_owned();
    Some((tail, url.query().unwrap_or_default().to_owned()))
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
