//! `splc match`: runs searches over events, one JSON object a hit, and keeps no event that judges itself.
//!
//! One thread reads and cuts (`input`, `cut`), several look at chunks (`work`), and the one that was called prints what
//! comes of them in the order of the events. Only so many chunks are on the way at once, so memory does not grow with
//! the input. A line that is no event is counted and reported with its place, and the rest goes on. With `--source` the
//! events are of that log source, and the tests of where they come from are decided by it; without it these tests look
//! at the fields index, sourcetype, source and host of the event, like any other test.
//!
//! An interrupt ends it between two chunks, with what was found so far and the summary; a second one at once.

mod cut;
mod input;
mod records;
mod summary;
mod work;

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::backend::compile::Understood;
use crate::backend::unresolved;
use crate::cli::args::{Global, Match};
use crate::cli::session::Session;
use crate::cli::{INTERRUPTED, Status, Stop, output};
use crate::detection::{Detection, Fidelity, Predicate, Step};
use crate::diagnostic::Diagnostic;
use crate::document::load::reason;
use crate::event::time;
use crate::matcher::several::{self, Several};
use crate::matcher::{Cost, Matcher, Scratch};
use crate::target::Sourced;
use cut::{Chunk, Form};
use summary::Summary;
use work::{Done, Rule, SCOPE, Work};

/// Chunks that are on the way for each thread that looks at them.
const ON_THE_WAY: usize = 3;

/// Runs the command.
pub(crate) fn run(global: &Global, arguments: &Match) -> Result<Status, Stop> {
    let session = Session::open_paths(global, &arguments.rules)?;
    let understood = session.understood();
    session.print_findings(global, &understood);
    let chosen = chosen(&session, &understood, global.quiet);
    let work = Arc::new(work(&session, arguments, &chosen));
    let detections: Vec<Detection> = chosen.iter().map(Chosen::detection).collect();
    let is_endless = paths_are_standard_input(arguments);
    let several =
        Several::new(&detections).given(session.context()).keeping(&arguments.fields).streaming(is_endless);
    let summary = Summary::begin(global, &work);
    let threads =
        arguments.threads.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from);
    let paths = input::files(&inputs(arguments));
    let mut run = Run { work: Arc::clone(&work), several, summary, next: 0, pending: BTreeMap::new() };
    let status = run.all(&start(&work, paths, threads));
    run.summary.print(global, arguments, &run.several);
    let status = status?;
    Ok(session.status(if run.summary.failed { Status::Broken } else { status }))
}

fn inputs(arguments: &Match) -> Vec<PathBuf> {
    if arguments.events.is_empty() { vec![PathBuf::from("-")] } else { arguments.events.clone() }
}

/// Whether all events come from standard input, where there may be no end.
fn paths_are_standard_input(arguments: &Match) -> bool {
    arguments.events.iter().all(|path| path.as_os_str() == "-")
}

/// A search that is run, with what it asks of each event.
struct Chosen<'s> {
    understood: &'s Understood<'s>,
    predicate: Predicate,
    steps: &'s [Step],
}

impl Chosen<'_> {
    fn detection(&self) -> Detection {
        Detection {
            filters: vec![self.predicate.clone()],
            steps: self.steps.to_vec(),
            ..Detection::everything()
        }
    }
}

/// The searches that can be run on the events.
fn chosen<'s>(session: &'s Session, understood: &'s [Understood<'s>], quiet: bool) -> Vec<Chosen<'s>> {
    let mut rules = Vec::new();
    for one in understood {
        let detection = match &one.detection {
            Ok(detection) => detection,
            Err(reason) => {
                not_run(&one.title, &[(**reason).clone()]);
                continue;
            }
        };
        // What a name stands for may be what the search finds, so that no event could be said to match or not.
        let unresolved = unresolved::all(detection, &one.expanded);
        if !unresolved.is_empty() {
            not_run(&one.title, &unresolved);
            continue;
        }
        let predicate = match session.stated() {
            None => Some(detection.predicate()),
            Some(stated) => one
                .sourced()
                .iter()
                .flat_map(Sourced::apart)
                .filter(|sourced| sourced.source.is_some_and(|source| source.belongs_to(&stated.name)))
                .map(|sourced| match sourced.source {
                    Some(source) if source.name == stated.name => sourced.predicate.clone(),
                    _ => Predicate::and([sourced.part.clone(), sourced.predicate.clone()]),
                })
                .reduce(|one, other| Predicate::or([one, other])),
        };
        if predicate.is_some() && !quiet {
            wider(&one.title, detection);
        }
        match predicate {
            Some(predicate) => rules.push(Chosen { understood: one, predicate, steps: &detection.steps }),
            None if !quiet => {
                output::error(&format!("{}: not run: the search names other log sources\n", one.title));
            }
            None => {}
        }
    }
    rules
}

/// Says why more events may be found than by the search.
fn wider(title: &str, detection: &Detection) {
    for note in detection.notes.iter().filter(|_| detection.fidelity != Fidelity::Exact) {
        output::error(&format!("{title}: {}: {}: {}\n", detection.fidelity, note.code.id, note.message));
    }
}

fn not_run(title: &str, reasons: &[Diagnostic]) {
    for reason in reasons {
        let fix = reason.help.first().map(|help| format!("; {help}")).unwrap_or_default();
        output::error(&format!("{title}: not run: {}: {}{fix}\n", reason.code.id, reason.message));
    }
}

fn work(session: &Session, arguments: &Match, chosen: &[Chosen<'_>]) -> Work {
    let tests_scope = |chosen: &Chosen<'_>| {
        chosen.predicate.tests().iter().any(|(test, _)| SCOPE.contains(&test.field.as_str()))
    };
    let rule = |chosen: &Chosen<'_>| Rule {
        id: chosen.understood.id.clone(),
        title: chosen.understood.title.clone(),
        is_several: !chosen.steps.is_empty(),
        asks_time: asks_time(chosen.steps),
    };
    let asked: Vec<Predicate> = chosen.iter().map(|chosen| several::asked(&chosen.detection())).collect();
    Work {
        matcher: Matcher::of_predicates(&asked).given(session.context()),
        rules: chosen.iter().map(rule).collect(),
        fields: arguments.fields.clone(),
        only_counts: arguments.count,
        looks_for_scope: session.stated().is_none() && chosen.iter().any(tests_scope),
        measures: arguments.stats,
    }
}

/// Whether steps ask for the time of events.
fn asks_time(steps: &[Step]) -> bool {
    let mut found = steps.iter().any(|step| matches!(step, Step::Transaction(_)));
    Step::for_each_field_in(steps, &mut |field| found |= field == time::FIELD);
    found
}

/// What threads say to the one that prints.
enum Message {
    Done(usize, Arc<Path>, Done),
    /// A thread has nothing more to do; what its rules cost.
    Ended(Vec<Cost>),
    Interrupted,
}

/// The other end of the threads.
struct Threads {
    messages: Receiver<Message>,
    /// One is taken for each chunk that was printed, so that another may be read.
    permits: Receiver<()>,
    count: usize,
}

/// Starts the threads. They are not waited for where nobody listens any more: one may be waiting for standard input.
fn start(work: &Arc<Work>, paths: Vec<PathBuf>, count: usize) -> Threads {
    let (permit, permits) = sync_channel(ON_THE_WAY * count);
    let (chunks, waiting) = channel();
    let (sender, messages) = channel();
    let waiting = Arc::new(Mutex::new(waiting));
    for _ in 0..count {
        let (work, waiting, sender) = (Arc::clone(work), Arc::clone(&waiting), sender.clone());
        thread::spawn(move || look(&work, &waiting, &sender));
    }
    let interrupts = Mutex::new(0_u32);
    // Only tests could have set another handler before; then that one stays.
    let _ = ctrlc::set_handler(move || {
        let mut interrupts = interrupts.lock().unwrap_or_else(PoisonError::into_inner);
        *interrupts += 1;
        if *interrupts > 1 || sender.send(Message::Interrupted).is_err() {
            std::process::exit(INTERRUPTED.into());
        }
    });
    thread::spawn(move || read(&paths, &permit, &chunks));
    Threads { messages, permits, count }
}

/// Reads and cuts all inputs, as long as somebody takes chunks.
fn read(paths: &[PathBuf], permit: &SyncSender<()>, chunks: &Sender<(usize, Chunk)>) {
    let mut number = 0;
    let mut send = |chunk: Chunk| {
        number += 1;
        permit.send(()).is_ok() && chunks.send((number - 1, chunk)).is_ok()
    };
    for path in paths {
        let path: Arc<Path> = Arc::from(path.as_path());
        let goes_on = match input::open(&path) {
            Ok(mut source) => cut::cut(&path, &mut *source, &mut send),
            Err(error) => {
                let form = Form::Unreadable(reason(&error));
                send(Chunk { path, line: 0, bytes: Vec::new(), form })
            }
        };
        if !goes_on {
            return;
        }
    }
}

/// Looks at chunks until there are no more.
fn look(work: &Work, chunks: &Mutex<Receiver<(usize, Chunk)>>, sender: &Sender<Message>) {
    let mut scratch = Scratch::default();
    if work.measures {
        scratch.measure();
    }
    loop {
        let next = chunks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, chunk)) = next else { break };
        let done = work.run(&chunk, &mut scratch);
        if sender.send(Message::Done(number, chunk.path, done)).is_err() {
            return;
        }
    }
    // Whoever would have listened is gone.
    let _ = sender.send(Message::Ended(scratch.costs().to_vec()));
}

/// The one that prints.
struct Run {
    work: Arc<Work>,
    several: Several<Place>,
    summary: Summary,
    /// The number of the chunk that is printed next, and chunks that were faster.
    next: usize,
    pending: BTreeMap<usize, (Arc<Path>, Done)>,
}

/// Where an event was found.
#[derive(Clone, Debug)]
struct Place {
    path: Arc<Path>,
    line: usize,
}

impl Run {
    fn all(&mut self, threads: &Threads) -> Result<Status, Stop> {
        let mut out = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
        let mut ended = 0;
        while ended < threads.count {
            match threads.messages.recv() {
                Ok(Message::Done(number, path, done)) => {
                    self.pending.insert(number, (path, done));
                }
                Ok(Message::Ended(costs)) => {
                    ended += 1;
                    self.summary.add_costs(&costs);
                }
                Ok(Message::Interrupted) => {
                    output::written(out.flush())?;
                    self.summary.interrupted = true;
                    return Ok(Status::Interrupted);
                }
                Err(_) => break,
            }
            while let Some((path, done)) = self.pending.remove(&self.next) {
                self.next += 1;
                if let Err(error) = self.print(&path, done, &mut out) {
                    return output::written(Err(error)).map(|()| Status::Done);
                }
                // The reader may have ended already.
                let _ = threads.permits.recv();
            }
            self.summary.show_progress();
        }
        let result = self.finish(&mut out).and_then(|()| out.flush());
        output::written(result).map(|()| Status::Done)
    }

    fn print(&mut self, path: &Arc<Path>, done: Done, out: &mut impl Write) -> io::Result<()> {
        self.summary.add(path, &done);
        for waiting in done.waiting {
            let place = Place { path: Arc::clone(path), line: waiting.line };
            self.summary.look_for_time(waiting.rule, &waiting.event);
            let rows = self.several.add(waiting.rule, &waiting.event, place);
            self.rows(rows, out)?;
        }
        if done.out.is_empty() {
            return Ok(());
        }
        out.write_all(&done.out)?;
        // Whoever reads along sees hits as they are found.
        out.flush()
    }

    /// Prints what several events come to, once all were seen.
    fn finish(&mut self, out: &mut impl Write) -> io::Result<()> {
        let rows = self.several.finish();
        self.rows(rows, out)?;
        self.summary.counts(&self.work, out)
    }

    fn rows(&mut self, rows: Vec<several::Found<Place>>, out: &mut impl Write) -> io::Result<()> {
        for row in rows {
            let Some(rule) = self.work.rules.get(row.detection) else { continue };
            self.summary.add_hit(row.detection);
            if !self.work.only_counts {
                let mut line = Vec::new();
                summary::write_row(rule, &row, &self.work.fields, &mut line);
                out.write_all(&line)?;
            }
        }
        Ok(())
    }
}
