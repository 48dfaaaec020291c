use super::*;

fn forecast(decision: &'static str, rule: &'static str, accounts: usize) -> Forecast {
    let labels = |count: usize| (0..count).map(|at| format!("reissue:{at}")).collect();
    let (accounts, proof) = if decision == "linked" { (accounts, 0) } else { (0, accounts) };
    Forecast {
        subject: "s".to_owned(),
        decision,
        rule,
        accounts: labels(accounts),
        proof: labels(proof),
        review: Vec::new(),
        reason: format!("{rule} 的原因。"),
        refusal: (decision == "refused").then_some("corporate"),
        linked_before: usize::from(accounts > 1),
    }
}

#[test]
fn people_and_accounts_are_counted_by_what_becomes_of_them() {
    let mut summary = Summary { undecidable: 1, ..Summary::default() };
    for _ in 0..5 {
        summary.add(&forecast("linked", "L1", 2));
    }
    summary.add(&forecast("linked", "L1-15", 1));
    summary.add(&forecast("needs_proof", "L4", 3));
    summary.add(&forecast("refused", "refused", 0));
    assert_eq!((summary.lines(), summary.decided(), summary.of("linked")), (9, 8, 6));
    assert_eq!((summary.accounts_to_link, summary.accounts_linked, summary.accounts_to_prove), (6, 5, 3));
    assert_eq!(summary.top_reasons()[0], ("L1 的原因。", 5));
    let page = summary.to_string();
    let lines: Vec<&str> = page.lines().collect();
    assert_eq!(lines[0], "判定                        规则       人数    占比");
    assert_eq!(lines[1], "自动承接 linked                           6   66.7%");
    assert_eq!(lines[2], "                            L1            5   55.6%");
    assert_eq!(lines[3], "                            L1-15         1   11.1%");
    assert!(
        page.contains("corporate     1   11.1%")
            && page.contains("合计                                      9  100.0%"),
        "{page}"
    );
    assert!(page.contains("将自动承接 6 个，已承接 5 个，须用旧密码证明 3 个，须人工核实 0 个"), "{page}");
    assert!(page.contains("  5   55.6%  L1 的原因。"), "{page}");
}

#[test]
fn an_empty_file_is_a_page_of_zeros() {
    let page = Summary::default().to_string();
    assert!(page.contains("合计") && page.contains("0.0%") && !page.contains("主要原因"), "{page}");
}
