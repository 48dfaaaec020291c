//! `buzheng demo`: the gateway, a simulated portal with its test people, and a mail server that shows what it is given, in one process. Never
//! part of a release build.

mod applications;

use clap::{Args as ClapArgs, ValueEnum};
use secrecy::{ExposeSecret, SecretString};
use sso::simulator::mail::{MailServer, MailServerConfig};
use sso::simulator::{JisShape, OAuth2Shape, Protocol, Simulator, SimulatorConfig};
use sso::{DriverName, PortalConfig};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use url::Url;

use super::desk::failed;
use super::serve::Service;
use super::{Failure, Outcome, block_on, print};
use crate::config::{Config, SmtpSecurity};
use crate::telemetry;

/// Arguments of the command.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Where the simulated portal listens; port 0 takes any free one and writes it into the configuration
    #[arg(long, value_name = "ADDRESS")]
    simulator_listen: SocketAddr,
    /// The protocol that it speaks [default: that of the configuration]
    #[arg(long, value_enum)]
    driver: Option<Driver>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Driver {
    Oidc,
    Oauth2,
    Jis,
}

impl From<Driver> for DriverName {
    fn from(driver: Driver) -> Self {
        match driver {
            Driver::Oidc => Self::Oidc,
            Driver::Oauth2 => Self::OAuth2,
            Driver::Jis => Self::Jis,
        }
    }
}

/// Runs the command. `ready: URL` on stdout, once, when both listeners accept.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let mut config = super::load(config)?;
    if args.driver.is_some_and(|driver| config.portal.driver != driver.into()) {
        let step = "Write the same word there and at --driver, or leave --driver out.";
        return Err(Failure::new("portal.driver", "the simulator was asked to speak another protocol", step));
    }
    telemetry::install_logs(&config.log)?;
    block_on(async {
        let simulator = start_simulator(args.simulator_listen, &mut config).await?;
        // Dropped at the end.
        let _mail = start_mail(&simulator, &mut config).await?;
        let service = Service::bind(config).await?;
        service.app().add_demo_staff().await.map_err(|error| failed(&error))?;
        applications::add(service.app()).await.map_err(|error| failed(&error))?;
        print(format_args!("ready: {}", service.public_url()))?;
        service.run().await?;
        simulator.shutdown().await;
        Ok(Outcome::Done)
    })
}

/// What the simulated portal is made of: its protocol, this gateway's name and secret there, and its public address.
fn portal_of(portal: &PortalConfig) -> (Protocol, &str, &SecretString, &str) {
    let PortalConfig { oidc, oauth2, jis, .. } = portal;
    match portal.driver {
        DriverName::Oidc => (Protocol::Oidc, &oidc.client_id, &oidc.client_secret, &oidc.issuer),
        DriverName::OAuth2 => {
            let protocol = Protocol::OAuth2(Box::new(OAuth2Shape::standard()));
            (protocol, &oauth2.client_id, &oauth2.client_secret, &oauth2.authorize_url)
        }
        DriverName::Jis => (Protocol::Jis(JisShape::shandong()), &jis.app_mark, &jis.app_word, &jis.login_url),
    }
}

/// A portal that knows this gateway as its one client.
async fn start_simulator(listen: SocketAddr, config: &mut Config) -> Result<Simulator, Failure> {
    let (protocol, name, secret, address) = portal_of(&config.portal);
    let origin = Url::parse(address).map(|address| address.origin().ascii_serialization());
    let settings = SimulatorConfig {
        protocol,
        client_id: name.to_owned(),
        client_secret: secret.expose_secret().to_owned(),
        base_url: origin.ok().filter(|_| listen.port() != 0),
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(listen, settings).await.map_err(|error| {
        let thing = format!("--simulator-listen {listen}");
        Failure::new(thing, error, "Stop the program that holds the address, or choose another.")
    })?;
    if listen.port() == 0 {
        let PortalConfig { oidc, oauth2, jis, .. } = simulator.portal_config();
        match config.portal.driver {
            DriverName::Oidc => config.portal.oidc.issuer = oidc.issuer,
            DriverName::OAuth2 => config.portal.oauth2 = oauth2,
            DriverName::Jis => config.portal.jis = jis,
        }
    }
    let public_url = config.server.public_url.as_ref();
    let page = |path| public_url.and_then(|url| url.join(path).ok()).map(String::from).unwrap_or_default();
    simulator.register(&page("/sso/callback"), &page("/signed-out"));
    Ok(simulator)
}

/// Where old accounts are a way in: the mail server that `[smtp]` names on this machine, or one at any free port.
async fn start_mail(simulator: &Simulator, config: &mut Config) -> Result<Option<MailServer>, Failure> {
    if !config.access.mails() {
        return Ok(None);
    }
    let port = match config.smtp.server() {
        Ok(server) if server.security == SmtpSecurity::Clear => server.port,
        Ok(_) => return Ok(None),
        Err(_) => 0,
    };
    let server = MailServer::start((Ipv4Addr::LOCALHOST, port).into(), MailServerConfig::default()).await;
    let server = server.map_err(|error| {
        Failure::new(
            "smtp.url",
            error,
            "Stop the program that holds the address, or choose another in the configuration.",
        )
    })?;
    config.smtp.url = format!("smtp://{}?tls=none", server.address()).into();
    if config.smtp.from.is_empty() {
        "证书补办申请系统 <noreply@example.com>".clone_into(&mut config.smtp.from);
    }
    simulator.show_mail_of(&server);
    Ok(Some(server))
}
