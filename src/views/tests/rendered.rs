//! Every sample of every page, rendered and parsed.

use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

use crate::views::chrome::samples::portal;
use crate::views::site::samples::{announcement, site};
use crate::views::{
    Access, AccountCheck, AccountForm, AccountLogin, AccountNotice, ApplicationList, ApplicationShow, ContinuityShow,
    DeskAccount, DeskCase, DeskCodes, DeskEnrol, DeskError, DeskForm, DeskQueue, DeskStaffList, DeskStaffMember,
    ErrorShow, HelpShow, ImportReport, LandingShow, LinkShow, LoginAhead, LoginFailed, LoginRefused, LoginReview,
    LoginTried, PhotoPhone, ReissueDone, ReissueDuplicate, ReissueForm, ReissueSelect, SignedOut, View, Views,
};

/// A template, and the data of its samples.
pub(super) struct Page {
    pub(super) template: &'static str,
    pub(super) samples: Vec<Value>,
}

pub(super) fn page<V: View>() -> Page {
    let samples = V::samples().iter().map(|view| serde_json::to_value(view).unwrap()).collect();
    Page { template: V::TEMPLATE, samples }
}

/// Every page there is.
pub(super) fn pages() -> Vec<Page> {
    vec![
        page::<AccountCheck>(),
        page::<AccountForm>(),
        page::<AccountLogin>(),
        page::<AccountNotice>(),
        page::<ApplicationList>(),
        page::<ApplicationShow>(),
        page::<ContinuityShow>(),
        page::<DeskAccount>(),
        page::<DeskCase>(),
        page::<DeskCodes>(),
        page::<DeskEnrol>(),
        page::<DeskError>(),
        page::<DeskForm>(),
        page::<DeskQueue>(),
        page::<DeskStaffList>(),
        page::<DeskStaffMember>(),
        page::<ErrorShow>(),
        page::<HelpShow>(),
        page::<ImportReport>(),
        page::<LandingShow>(),
        page::<LinkShow>(),
        page::<LoginFailed>(),
        page::<LoginRefused>(),
        page::<LoginReview>(),
        page::<PhotoPhone>(),
        page::<ReissueDone>(),
        page::<ReissueDuplicate>(),
        page::<ReissueForm>(),
        page::<ReissueSelect>(),
        page::<LoginAhead>(),
        page::<LoginTried>(),
        page::<SignedOut>(),
    ]
}

pub(super) fn views() -> Views {
    views_for(TRANSITION)
}

pub(super) const TRANSITION: Access = Access { portal: true, accounts: true, mails: true };

pub(super) fn views_for(access: Access) -> Views {
    let views = Views::new(access, &portal(), &site()).unwrap();
    views.set_announcement(announcement());
    views
}

pub(super) fn render(views: &Views, template: &str, data: &Value) -> String {
    let context = views.context(data).unwrap();
    views.tera.render(template, &context).unwrap_or_else(|error| panic!("{template}: {error}"))
}

/// Name, data and parsed page of every sample.
pub(super) fn rendered() -> Vec<(String, Value, Html)> {
    let views = views();
    let mut all = Vec::new();
    for page in pages() {
        for (i, data) in page.samples.into_iter().enumerate() {
            let html = Html::parse_document(&render(&views, page.template, &data));
            all.push((format!("{} sample {i}", page.template), data, html));
        }
    }
    all
}

pub(super) fn select<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

pub(super) fn attribute<'a>(html: &'a Html, selector: &str, name: &str) -> Vec<&'a str> {
    select(html, selector).into_iter().filter_map(|element| element.attr(name)).collect()
}

pub(super) fn html<V: View>(sample: usize) -> Html {
    Html::parse_document(&views().render(&V::samples()[sample]).unwrap())
}
