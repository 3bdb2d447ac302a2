//! The columns of the table of statements: each figure and its goal.

use crate::figure::{Figure, Goal, median, ratio};
use crate::truth::StatementCheck;

pub(crate) const LEGEND: &str = "
95%: intervals that hold the share among all listed followers, of the first 10 rows and of all; counted rows have none.
bias: by how much the shares of the first 10 are too high. ✓ true: marked rows that are truly in the first 20.
P true: the first 10 together lack at most P of the score of the best 10; the median P, and the median of what they lack.
100 says nothing, and counts neither as true nor as false.
p@k: of the first k, those who are truly there; of readable: of the first 10, by all who can be read.";

/// A column: its heading, its goal in words and as a range, and its figure.
struct Column {
    heading: &'static str,
    wanted: &'static str,
    goal: Goal,
    of: fn(&[&StatementCheck]) -> Option<Figure>,
}

/// All in percent, except the requests.
const COLUMNS: [Column; 12] = [
    Column {
        heading: "95% of 10",
        wanted: "94-96",
        goal: Goal::Between(0.94, 0.96),
        of: |all| ratio(all.iter().map(|check| check.first_covered)),
    },
    Column {
        heading: "95% of all",
        wanted: "94-96",
        goal: Goal::Between(0.94, 0.96),
        of: |all| ratio(all.iter().map(|check| check.all_covered)),
    },
    Column {
        heading: "bias of 10",
        wanted: "-2 to 2",
        goal: Goal::Between(-0.02, 0.02),
        of: |all| ratio(all.iter().map(|check| check.bias)),
    },
    Column {
        heading: "✓ true",
        wanted: "97",
        goal: Goal::AtLeast(0.97),
        of: |all| ratio(all.iter().map(|check| check.marks)),
    },
    Column {
        heading: "P true",
        wanted: "95",
        goal: Goal::AtLeast(0.95),
        of: |all| ratio(all.iter().map(|check| check.precise)),
    },
    Column {
        heading: "P",
        wanted: "",
        goal: Goal::None,
        of: |all| median(all.iter().map(|check| check.precision)),
    },
    Column {
        heading: "true P",
        wanted: "",
        goal: Goal::None,
        of: |all| median(all.iter().map(|check| check.gap)),
    },
    Column {
        heading: "p@10",
        wanted: "90",
        goal: Goal::AtLeast(0.9),
        of: |all| ratio(all.iter().map(|check| (check.agreement[0], 1.0))),
    },
    Column {
        heading: "of readable",
        wanted: "",
        goal: Goal::None,
        of: |all| ratio(all.iter().map(|check| (check.of_readable, 1.0))),
    },
    Column {
        heading: "p@20",
        wanted: "",
        goal: Goal::None,
        of: |all| ratio(all.iter().map(|check| (check.agreement[1], 1.0))),
    },
    Column {
        heading: "p@50",
        wanted: "",
        goal: Goal::None,
        of: |all| ratio(all.iter().map(|check| (check.agreement[2], 1.0))),
    },
    Column {
        heading: "requests",
        wanted: "",
        goal: Goal::None,
        // Printed as a percentage, so divided by 100.
        of: |all| ratio(all.iter().map(|check| (check.requests / 100.0, 1.0))),
    },
];

pub(crate) fn print_heading() {
    print!("{:<14}{:<8}", "", "");
    COLUMNS
        .iter()
        .for_each(|column| print!("{:>12}", column.heading));
    print!("\n{:<14}{:<8}", "goal", "");
    COLUMNS
        .iter()
        .for_each(|column| print!("{:>12}", column.wanted));
    println!();
}

pub(crate) fn print_row(name: &str, depth: &str, checks: &[&StatementCheck]) {
    print!("{name:<14}{depth:<8}");
    for column in &COLUMNS {
        let cell = (column.of)(checks).map_or_else(String::new, |figure| {
            let (value, error) = (100.0 * figure.value, 100.0 * figure.error);
            let decimals = usize::from(value.abs() < 999.0);
            let missed = if column.goal.is_missed(figure) {
                "!"
            } else {
                " "
            };
            format!("{value:.decimals$}±{error:.decimals$}{missed}")
        });
        print!("{cell:>12}");
    }
    println!();
}
