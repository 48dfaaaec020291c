//! Typed ids: a person id can never stand where an application id should.
