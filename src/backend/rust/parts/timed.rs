//! What rules call that ask for the time of an event.
//!
//! In: an event. Out: the same with a time. Invariant: nothing is allocated.

/// An event that has a time: one that says none is taken to be at 0.
#[derive(Clone, Copy, Debug)]
struct Timed<'a, E: ?Sized>(&'a E);

impl<E: Event + ?Sized> Event for Timed<'_, E> {
    fn some(&self, field: &str, test: Test<'_>) -> bool {
        if field == "_time" && !exists(self.0, field) {
            return test("0");
        }
        self.0.some(field, test)
    }

    fn some_named(&self, is_wanted: Test<'_>, test: Test<'_>) -> bool {
        let adds = !exists(self.0, "_time") && is_wanted("_time");
        adds && test("0") || self.0.some_named(is_wanted, test)
    }

    fn raw(&self, test: Test<'_>) -> bool {
        self.0.raw(test)
    }
}
