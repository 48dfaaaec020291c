use super::begin::only_reads;

#[test]
fn only_grants_to_read_pass_for_read_only() {
    for good in [
        "GRANT USAGE ON *.* TO 'reader'@'127.0.0.1' IDENTIFIED BY PASSWORD '*ABC'",
        "GRANT SELECT ON `old`.* TO 'reader'@'127.0.0.1'",
        "GRANT SELECT (id, xm), SHOW VIEW ON `old`.`zh` TO 'reader'@'127.0.0.1'",
    ] {
        assert!(only_reads(good), "{good}");
    }
    for bad in [
        "GRANT ALL PRIVILEGES ON *.* TO 'root'@'localhost'",
        "GRANT SELECT, INSERT ON `old`.* TO 'writer'@'%'",
        "GRANT SELECT (id), UPDATE (xm) ON `old`.`zh` TO 'writer'@'%'",
        "GRANT SELECT ON `old`.* TO 'reader'@'%' WITH GRANT OPTION",
        "GRANT `role` TO 'reader'@'%'",
        "GRANT EXECUTE ON `old`.* TO 'caller'@'%'",
        "",
    ] {
        assert!(!only_reads(bad), "{bad}");
    }
}
