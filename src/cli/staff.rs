//! `buzheng staff add | list | disable | enable | reset`: who works at the desk, for administrators.

mod tell;

use chrono::Utc;
use clap::{Args as ClapArgs, Subcommand, builder::PossibleValuesParser};
use secrecy::SecretString;
use std::path::PathBuf;
use std::sync::Arc;

use super::account::number;
use super::desk::{Who, Why, failed};
use super::{Failure, Format, Outcome, block_on, ground};
use crate::app::App;
use crate::app::staff::{MemberError, NewMember};
use crate::config::Config;
use crate::domain::staff::{Role, Roles, UserName};
use crate::ids::StaffId;
use tell::{tell_all, tell_done, tell_link};

/// Arguments of the command.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// How to report
    #[arg(long, global = true, value_enum, default_value_t)]
    format: Format,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add a member of staff; prints the one-time link (24 hours) by which they set password and second factor
    Add {
        /// Their user name, such as wangwu
        #[arg(value_name = "NAME", value_parser = user_name)]
        user: UserName,
        /// What they do; may be given several times
        #[arg(long, required = true, value_parser = PossibleValuesParser::new(Role::ALL.map(Role::as_str)))]
        role: Vec<String>,
        /// A city whose applications a city_reviewer examines, such as 济南市; may be given several times
        #[arg(long)]
        city: Vec<String>,
        /// Read their own document number from standard input: nobody examines their own application
        #[arg(long)]
        own_number: bool,
        #[command(flatten)]
        who: Who,
    },
    /// List staff with their roles
    List,
    /// Sign a member of staff out everywhere, and let them in no more
    Disable {
        #[arg(value_name = "NAME", value_parser = user_name)]
        user: UserName,
        #[command(flatten)]
        who: Who,
    },
    /// Let a disabled member of staff in again
    Enable {
        #[arg(value_name = "NAME", value_parser = user_name)]
        user: UserName,
        #[command(flatten)]
        who: Who,
    },
    /// Take password and second factor away; prints the one-time link by which they set both anew
    Reset {
        #[arg(value_name = "NAME", value_parser = user_name)]
        user: UserName,
        #[command(flatten)]
        why: Why,
        #[command(flatten)]
        who: Who,
    },
}

fn user_name(text: &str) -> Result<UserName, String> {
    UserName::parse(text).ok_or_else(|| {
        "2 to 32 characters: a lower-case letter, then lower-case letters, digits, '.', '_' and '-'".to_owned()
    })
}

/// Runs the command.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    let config = super::load(config)?;
    let own_number = match args.action {
        Action::Add { own_number: true, .. } => Some(SecretString::from(number()?)),
        _ => None,
    };
    block_on(act(args, config, own_number))
}

async fn act(args: &Args, config: Config, own_number: Option<SecretString>) -> Result<Outcome, Failure> {
    let app = App::new(config)?;
    ground::refuse_others_keys(&app).await?;
    let (format, now) = (args.format, Utc::now());
    match &args.action {
        Action::Add { user, role, city, who, .. } => {
            let roles = Roles::new(role.iter().filter_map(|role| Role::from_word(role)), city);
            let roles =
                roles.map_err(|error| Failure::new("--role, --city", error, "Correct them and run it again."))?;
            let new = NewMember { user_name: user.clone(), roles, own_number };
            let link = app.add_staff(new, &who.name()?, now).await.map_err(|error| refused(user, error))?;
            tell_link(format, &link)
        }
        Action::List => tell_all(format, &app.all_staff().await.map_err(|error| failed(&error))?),
        Action::Disable { user, who } => {
            let id = find(&app, user).await?;
            app.disable_staff(id, &who.name()?, now).await.map_err(|error| refused(user, error))?;
            tell_done(format, user, "disabled", "已停用")
        }
        Action::Enable { user, who } => {
            let id = find(&app, user).await?;
            app.enable_staff(id, &who.name()?, now).await.map_err(|error| refused(user, error))?;
            tell_done(format, user, "enabled", "已启用")
        }
        Action::Reset { user, why, who } => {
            let id = find(&app, user).await?;
            let link = app.reset_staff(id, &why.reason, &who.name()?, now).await;
            tell_link(format, &link.map_err(|error| refused(user, error))?)
        }
    }
}

async fn find(app: &Arc<App>, name: &UserName) -> Result<StaffId, Failure> {
    let found = app.staff_named(name).await.map_err(|error| failed(&error))?;
    found.map(|member| member.person.id).ok_or_else(|| refused(name, MemberError::NoSuchMember))
}

fn refused(name: &UserName, error: MemberError) -> Failure {
    let step = match error {
        MemberError::App(error) => return failed(&error),
        MemberError::NameTaken => "Choose another name; `buzheng staff reset` is for whoever lost password or factor.",
        MemberError::NoSuchMember | MemberError::Unchanged => "`buzheng staff list` tells who there is.",
    };
    Failure::new(format_args!("staff {name}"), error, step)
}
