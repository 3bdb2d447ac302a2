//! The words that handles, names and bios of an invented world are made of. Data only; every full name made of them is
//! chance, and none is meant to be a real person.

/// One topical community.
pub(super) struct Community {
    /// The community's name: what people write in their bios, and the label of its accounts.
    pub(super) name: &'static str,
    /// What its accounts are named after.
    pub(super) words: [&'static str; 10],
}

const fn topic(name: &'static str, words: [&'static str; 10]) -> Community {
    Community { name, words }
}

/// In a ring: neighbours share some of their people, as such hobbies do.
#[rustfmt::skip]
pub(super) const TOPICS: [Community; 24] = [
    topic("astronomy", ["nebula", "perigee", "starfield", "observatory", "eyepiece", "cosmos", "meteor", "darksky", "saturn", "refractor"]),
    topic("film photography", ["darkroom", "emulsion", "halide", "shutter", "negative", "grain", "contactsheet", "rangefinder", "thirtyfive", "fixer"]),
    topic("urban sketching", ["sketchbook", "linework", "pencil", "watercolour", "hatching", "streetcorner", "facade", "perspective", "doodle", "graphite"]),
    topic("calligraphy", ["lettering", "flourish", "gothic", "broadedge", "copperplate", "minuscule", "vellum", "serif", "script", "stroke"]),
    topic("fountain pens", ["inkwell", "nib", "italic", "blotter", "shading", "piston", "ink", "cartridge", "penroll", "swatch"]),
    topic("vintage watches", ["escapement", "dial", "bezel", "crown", "calibre", "lume", "chronograph", "patina", "lugs", "balancewheel"]),
    topic("mechanical keyboards", ["keycap", "switch", "spacebar", "solder", "tactile", "layout", "stabilizer", "thock", "firmware", "ortho"]),
    topic("synthesizers", ["oscillator", "patchbay", "modular", "sawtooth", "envelope", "sequencer", "voltage", "filter", "drone", "waveform"]),
    topic("vinyl records", ["turntable", "groove", "bside", "stylus", "crate", "sleeve", "pressing", "runout", "lp", "needle"]),
    topic("specialty coffee", ["roastery", "espresso", "pourover", "portafilter", "crema", "cupping", "grinder", "beans", "natural", "kettle"]),
    topic("sourdough", ["crumb", "crust", "levain", "starter", "loaf", "banneton", "rye", "oven", "proof", "flour"]),
    topic("fermentation", ["kimchi", "koji", "brine", "kombucha", "miso", "crock", "culture", "pickle", "tempeh", "cellar"]),
    topic("beekeeping", ["hive", "apiary", "nectar", "swarm", "smoker", "honeycomb", "queenbee", "forage", "propolis", "drone"]),
    topic("houseplants", ["monstera", "fern", "cutting", "terrarium", "philodendron", "leaf", "succulent", "windowsill", "pothos", "rootbound"]),
    topic("ceramics", ["kiln", "glaze", "clay", "stoneware", "slipware", "throwing", "porcelain", "celadon", "wheel", "raku"]),
    topic("woodworking", ["dovetail", "chisel", "workbench", "plane", "walnut", "joinery", "sawdust", "mallet", "spokeshave", "oak"]),
    topic("knitting", ["yarn", "skein", "purl", "cable", "wool", "stitch", "selvedge", "sock", "needles", "cardigan"]),
    topic("board games", ["meeple", "dice", "tabletop", "rulebook", "hexmap", "cardboard", "turnorder", "gamenight", "worker", "expansion"]),
    topic("chess", ["gambit", "rook", "endgame", "knight", "zugzwang", "fianchetto", "bishop", "blitz", "pawn", "castling"]),
    topic("model railways", ["gauge", "siding", "branchline", "scenery", "signalbox", "locomotive", "ballast", "station", "halt", "turnout"]),
    topic("birdwatching", ["warbler", "hide", "wader", "binoculars", "plumage", "migration", "kingfisher", "fieldguide", "owl", "reedbed"]),
    topic("wild swimming", ["tarn", "lido", "coldwater", "cove", "estuary", "dip", "tide", "loch", "breaststroke", "river"]),
    topic("trail running", ["ridge", "singletrack", "fell", "summit", "vertical", "ultra", "switchback", "headtorch", "scree", "cairn"]),
    topic("bouldering", ["crimp", "sloper", "chalk", "crux", "topout", "crashpad", "arete", "dyno", "sandstone", "beta"]),
];

#[rustfmt::skip]
pub(super) const ADJECTIVES: [&str; 20] = [
    "slow", "northern", "little", "wild", "quiet", "daily", "old", "honest", "seven", "blue",
    "first", "spare", "patient", "western", "second", "golden", "lost", "kind", "open", "plain",
];

/// What an account about something is called, after the thing.
#[rustfmt::skip]
pub(super) const VENTURES: [&str; 12] = [
    "club", "journal", "studio", "supply", "diaries", "works", "notes", "house", "society", "weekly", "school", "project",
];

/// What cities are full of.
#[rustfmt::skip]
pub(super) const LOCAL: [&str; 14] = [
    "cafe", "bookshop", "market", "cinema", "bakery", "gallery", "eats", "museum", "bikes", "theatre", "florist", "bar", "gigs", "vintage",
];

#[rustfmt::skip]
pub(super) const CITIES: [&str; 16] = [
    "Leeds", "Porto", "Ghent", "Malmo", "Turin", "Lyon", "Krakow", "Bergen", "Graz", "Cork", "Utrecht", "Seville", "Tartu", "Brno", "Bristol", "Dresden",
];

/// What the famous are famous for.
#[rustfmt::skip]
pub(super) const FAME: [&str; 10] = [
    "singer", "footballer", "actor", "comedian", "chef", "fashion", "presenter", "racing driver", "model", "DJ",
];

#[rustfmt::skip]
pub(super) const FIRST_NAMES: [&str; 96] = [
    "Ada", "Agnes", "Aisha", "Alba", "Aleksy", "Amara", "Anders", "Anika", "Anton", "Ayo", "Beatriz", "Benedikt",
    "Bruno", "Camille", "Carla", "Cato", "Chiara", "Clara", "Cosmo", "Dalia", "Darius", "Dmitri", "Edith", "Elio",
    "Elena", "Emil", "Enzo", "Esther", "Farah", "Felix", "Fiona", "Florian", "Freya", "Gemma", "Gustav", "Hana",
    "Hanne", "Hugo", "Ida", "Imani", "Ines", "Ingrid", "Isaac", "Ivo", "Jana", "Jasper", "Joana", "Jonas",
    "Juno", "Kaito", "Karin", "Kasia", "Keiko", "Kofi", "Lars", "Layla", "Leonie", "Lina", "Lorenzo", "Lucia",
    "Maeve", "Magda", "Malik", "Marek", "Marta", "Matteo", "Mei", "Milan", "Mira", "Nadia", "Niamh", "Nils",
    "Nora", "Omar", "Orla", "Oskar", "Paula", "Petra", "Rafael", "Rania", "Rosa", "Ruben", "Saskia", "Selma",
    "Silvia", "Sofia", "Soren", "Tamar", "Tariq", "Teo", "Tilda", "Vera", "Viktor", "Wren", "Yara", "Zofia",
];

#[rustfmt::skip]
pub(super) const LAST_NAMES: [&str; 84] = [
    "Abara", "Adler", "Almeida", "Andersen", "Aziz", "Bakker", "Baran", "Barros", "Becker", "Bianchi", "Blom", "Brandt",
    "Byrne", "Castell", "Cerny", "Costa", "Dahl", "Delgado", "Devlin", "Dvorak", "Eklund", "Engel", "Farrow", "Ferrari",
    "Fischer", "Fontaine", "Garnier", "Greco", "Haas", "Hansen", "Hartley", "Holm", "Horvat", "Ibarra", "Ito", "Jansen",
    "Kaya", "Keane", "Kessler", "Kowal", "Laine", "Larsen", "Leclerc", "Lindqvist", "Lund", "Madsen", "Marin", "Mensah",
    "Moreau", "Moreno", "Nagy", "Navarro", "Novak", "Nunes", "Okafor", "Olsen", "Osei", "Pace", "Palmer", "Park",
    "Pereira", "Petrov", "Quist", "Ricci", "Rossi", "Roth", "Salo", "Santos", "Sato", "Schreiber", "Silva", "Sorensen",
    "Stein", "Suzuki", "Tanaka", "Thorne", "Urban", "Vance", "Varga", "Visser", "Weiss", "Winter", "Yilmaz", "Zielinski",
];
