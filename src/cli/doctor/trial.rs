//! One test sign-in: which fields the portal sends.

mod come_back;

use chrono::Utc;
use serde_json::json;
use sso::{FieldReport, PendingLogin, Severity};
use std::time::Duration;
use url::Url;

use crate::app::App;
use crate::app::pending::{Pending, Starter};
use crate::cli::failure::Failure;
use crate::cli::ground;
use crate::cli::output::{Format, Outcome, print};
use crate::config::Config;
use come_back::{come_back, stand_in};

/// How long an operator may take at the portal.
const PATIENCE: Duration = Duration::from_mins(15);

/// One test sign-in. The return is taken by the running service, or by a listener of our own where none runs, or pasted by the operator.
pub(super) async fn try_out(config: Config, format: Format) -> Result<Outcome, Failure> {
    if !config.access.mode.has_portal() {
        let step = "Set access.mode to \"portal\" or \"transition\" to try the portal.";
        return Err(failed("portal", "the portal is no way in (access.mode = \"local\")", step));
    }
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
