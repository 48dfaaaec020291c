//! One struct per template; each names every variable that its template may use.
