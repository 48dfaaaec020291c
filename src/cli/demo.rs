//! `buzheng demo`: the gateway and a simulated portal with its test people in one process. Never part of a release build.

use clap::{Args as ClapArgs, ValueEnum};
use secrecy::ExposeSecret;
use sso::DriverName;
use sso::simulator::{Simulator, SimulatorConfig};
use std::net::SocketAddr;
use std::path::PathBuf;

use super::serve::Service;
use super::{Failure, Outcome, block_on, print};
use crate::config::Config;
use crate::telemetry;

/// Arguments of the command.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Where the simulated portal listens; port 0 takes any free one and writes it into the configuration
    #[arg(long, value_name = "ADDRESS")]
    simulator_listen: SocketAddr,
    /// The protocol that it speaks
    #[arg(long, value_enum, default_value_t)]
    driver: Driver,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Driver {
    #[default]
    Oidc,
}

/// Runs the command. `ready: URL` on stdout, once, when both listeners accept.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let Driver::Oidc = args.driver;
    let mut config = super::load(config)?;
    if config.portal.driver != DriverName::Oidc {
        return Err(Failure::new("portal.driver", "the simulator speaks oidc only", "Set portal.driver = \"oidc\"."));
    }
    telemetry::install_logs(&config.log)?;
    block_on(async {
        let simulator = start_simulator(args.simulator_listen, &mut config).await?;
        let service = Service::bind(config).await?;
        print(format_args!("ready: {}", service.public_url()))?;
        service.run().await?;
        simulator.shutdown().await;
        Ok(Outcome::Done)
    })
}

/// A portal that knows this gateway as its one client.
async fn start_simulator(listen: SocketAddr, config: &mut Config) -> Result<Simulator, Failure> {
    let oidc = &config.portal.oidc;
    let settings = SimulatorConfig {
        client_id: oidc.client_id.clone(),
        client_secret: oidc.client_secret.expose_secret().to_owned(),
        base_url: (listen.port() != 0).then(|| oidc.issuer.clone()),
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(listen, settings).await.map_err(|error| {
        let thing = format!("--simulator-listen {listen}");
        Failure::new(thing, error, "Stop the program that holds the address, or choose another.")
    })?;
    if listen.port() == 0 {
        simulator.base_url().clone_into(&mut config.portal.oidc.issuer);
    }
    let public_url = config.server.public_url.as_ref();
    let page = |path| public_url.and_then(|url| url.join(path).ok()).map(String::from).unwrap_or_default();
    simulator.register(&page("/sso/callback"), &page("/signed-out"));
    Ok(simulator)
}
