use super::*;
use diesel::result::DatabaseErrorInformation;

/// What a server says, the detail of it, and a position.
struct Said(&'static str, Option<&'static str>, Option<i32>);

impl DatabaseErrorInformation for Said {
    fn message(&self) -> &str {
        self.0
    }
    fn details(&self) -> Option<&str> {
        self.1
    }
    fn hint(&self) -> Option<&str> {
        None
    }
    fn table_name(&self) -> Option<&str> {
        None
    }
    fn column_name(&self) -> Option<&str> {
        None
    }
    fn constraint_name(&self) -> Option<&str> {
        None
    }
    fn statement_position(&self) -> Option<i32> {
        self.2
    }
}

fn said(kind: DatabaseErrorKind, message: &'static str) -> DbError {
    DbError::Query(DieselError::DatabaseError(kind, Box::new(Said(message, None, None))))
}

#[test]
fn no_word_of_the_server_decides() {
    use DatabaseErrorKind as Kind;
    for (kind, messages, sort) in [
        (Kind::Unknown, ["由于锁超时，正在取消语句", "canceling statement due to lock timeout"], Sort::Unexplained),
        (Kind::Unknown, ["无法扩展文件", "could not extend file"], Sort::Unexplained),
        (Kind::ReadOnlyTransaction, ["不能在一个只读模式的事务中执行", "cannot execute"], Sort::Gone),
        (Kind::ClosedConnection, ["由于管理员命令中断联接", "terminating connection"], Sort::Gone),
        (Kind::UniqueViolation, ["重复键违反唯一约束", "duplicate key"], Sort::Collision),
        (Kind::SerializationFailure, ["无法串行访问", "could not serialize"], Sort::Collision),
        (Kind::CheckViolation, ["timeout", "deadlock detected"], Sort::Defect),
    ] {
        for message in messages {
            assert_eq!(said(kind, message).sort(), sort, "{message}");
        }
    }
}

#[test]
fn a_deadlock_is_known_by_the_locks_that_its_detail_names() {
    for detail in [
        "进程1302等待在事务 733上的ShareLock; 由进程1318阻塞.\n进程1318等待在事务 732上的ShareLock; 由进程1302阻塞.",
        "Process 1 waits for AccessExclusiveLock on relation 2 of database 3; blocked by process 4.",
    ] {
        let error = DieselError::DatabaseError(DatabaseErrorKind::Unknown, Box::new(Said("", Some(detail), Some(1))));
        assert_eq!(Sort::of(&error), Sort::Collision, "{detail}");
    }
}

#[test]
fn a_mistake_in_the_statement_is_a_defect() {
    let missing = Said("关系 \"timeout\" 不存在", None, Some(15));
    assert_eq!(Sort::of(&DieselError::DatabaseError(DatabaseErrorKind::Unknown, Box::new(missing))), Sort::Defect);
}

#[test]
fn a_failed_commit_is_what_the_commit_failed_by() {
    let closed = || DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, Box::new(String::new()));
    let error = DieselError::RollbackErrorOnCommit {
        rollback_error: Box::new(DieselError::BrokenTransactionManager),
        commit_error: Box::new(closed()),
    };
    assert!(DbError::Query(error).is_outage());
}

#[test]
fn what_failed_soon_for_an_unknown_reason_is_tried_again_and_a_lock_waited_for_in_vain_is_not() {
    let unexplained = said(DatabaseErrorKind::Unknown, "无法扩展文件");
    assert!(Tries::new().another_after(&unexplained, LOCK_WAIT / 2));
    assert!(!Tries::new().another_after(&unexplained, LOCK_WAIT));
    assert!(!Tries::new().another(&DbError::Overdue));
    let mut tries = Tries::new();
    let lost = said(DatabaseErrorKind::UniqueViolation, "");
    assert_eq!((0..10).filter(|_| tries.another_after(&lost, LOCK_WAIT)).count(), 4, "five in all");
}
