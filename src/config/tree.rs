//! Values of a TOML table by their dotted path, such as `portal.oidc.client_id`.

use toml::{Table, Value};

pub(super) fn get<'a>(table: &'a Table, path: &str) -> Option<&'a Value> {
    let (parents, key) = split(path);
    parents.into_iter().try_fold(table, |table, part| table.get(part)?.as_table())?.get(key)
}

pub(super) fn remove(table: &mut Table, path: &str) -> Option<Value> {
    let (parents, key) = split(path);
    parents.into_iter().try_fold(table, |table, part| table.get_mut(part)?.as_table_mut())?.remove(key)
}

/// Removes a value, or the innermost table or list that holds it (`levels.0`, `scopes[1]`).
pub(super) fn remove_nearest(table: &mut Table, path: &str) -> Option<Value> {
    let mut path = path.split('[').next().unwrap_or(path);
    loop {
        if let Some(value) = remove(table, path) {
            return Some(value);
        }
        path = path.rsplit_once('.')?.0;
    }
}

pub(super) fn set(table: &mut Table, path: &str, value: Value) -> bool {
    let (parents, key) = split(path);
    let mut table = table;
    for part in parents {
        let entry = table.entry(part).or_insert_with(|| Value::Table(Table::new()));
        match entry.as_table_mut() {
            Some(inner) => table = inner,
            None => return false,
        }
    }
    !key.is_empty() && {
        table.insert(key.to_owned(), value);
        true
    }
}

fn split(path: &str) -> (Vec<&str>, &str) {
    let mut parts: Vec<&str> = path.split('.').collect();
    let key = parts.pop().unwrap_or_default();
    (parts, key)
}
