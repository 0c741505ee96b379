//! The words by which an act is told from its context: what is granted, charged, asked, offered, and by whom.

/// Verbs that tell nothing of what is done by them.
pub(crate) const PLAIN: [&str; 16] = [
    "say",
    "tell",
    "add",
    "write",
    "tweet",
    "comment",
    "reply",
    "respond",
    "state",
    "post",
    "remark",
    "continue",
    "go on",
    "go on to say",
    "put it",
    "declare",
];

/// What authorities grant.
pub(crate) const GRANTS: [&str; 10] =
    ["visa", "visas", "bail", "parole", "asylum", "permit", "permits", "entry", "permission", "licence"];

/// Whose findings are rulings.
pub(crate) const JUDGES: [&str; 7] =
    ["judge", "judges", "court", "jury", "tribunal", "magistrate", "justices"];

/// Whose decisions bind others.
pub(crate) const AUTHORITIES: [&str; 22] = [
    "judge",
    "judges",
    "court",
    "jury",
    "tribunal",
    "magistrate",
    "justices",
    "government",
    "parliament",
    "council",
    "committee",
    "ministry",
    "commission",
    "senate",
    "house",
    "congress",
    "cabinet",
    "board",
    "assembly",
    "authorities",
    "regulators",
    "legislature",
];

/// What is put to somebody for a decision: rejected, it is decided against.
pub(crate) const PETITIONS: [&str; 19] = [
    "bid",
    "appeal",
    "appeals",
    "petition",
    "application",
    "applications",
    "motion",
    "request",
    "requests",
    "bill",
    "amendment",
    "challenge",
    "lawsuit",
    "nomination",
    "plan",
    "proposal",
    "system",
    "deal",
    "offer",
];

/// What is said of somebody: rejected, it is denied.
pub(crate) const CHARGES: [&str; 20] = [
    "accusation",
    "accusations",
    "allegation",
    "allegations",
    "assertion",
    "assertions",
    "charge",
    "charges",
    "claim",
    "claims",
    "criticism",
    "notion",
    "rumor",
    "rumors",
    "rumour",
    "rumours",
    "suggestion",
    "suggestions",
    "reports",
    "that",
];

/// What gathers facts, so that what it reveals was seen.
pub(crate) const FINDERS: [&str; 20] = [
    "study",
    "studies",
    "survey",
    "surveys",
    "poll",
    "polls",
    "results",
    "result",
    "research",
    "figures",
    "data",
    "statistics",
    "analysis",
    "tests",
    "test",
    "images",
    "census",
    "experiment",
    "findings",
    "samples",
];

/// What a silent one was asked: "did not respond to a REQUEST for comment".
pub(crate) const INQUIRIES: [&str; 14] = [
    "request",
    "requests",
    "comment",
    "inquiry",
    "inquiries",
    "enquiries",
    "call",
    "calls",
    "message",
    "messages",
    "email",
    "emails",
    "questions",
    "question",
];

/// What a silent one doesn't do.
pub(crate) const ANSWERS: [&str; 6] = ["respond", "responded", "reply", "replied", "return", "answer"];

/// What is expressed, issued, offered or voiced that judges.
pub(crate) const JUDGEMENTS: [&str; 26] = [
    "apology",
    "apologies",
    "condolences",
    "sympathy",
    "sympathies",
    "thanks",
    "gratitude",
    "congratulations",
    "praise",
    "support",
    "criticism",
    "condemnation",
    "outrage",
    "anger",
    "regret",
    "disappointment",
    "dismay",
    "frustration",
    "admiration",
    "satisfaction",
    "concerns",
    "opposition",
    "disapproval",
    "solidarity",
    "tribute",
    "remorse",
];

/// What is offered in words.
pub(crate) const ACCOUNTS: [&str; 22] = [
    "explanation",
    "explanations",
    "details",
    "detail",
    "evidence",
    "comment",
    "insight",
    "insights",
    "advice",
    "view",
    "opinion",
    "account",
    "assessment",
    "description",
    "glimpse",
    "defense",
    "remarks",
    "specifics",
    "forecast",
    "retort",
    "response",
    "reply",
];

/// Modal verbs of what is to come.
pub(crate) const FUTURE: [&str; 16] = [
    "will", "would", "could", "may", "might", "wo", "'ll", "’ll", "'d", "’d", "going", "risk", "risks",
    "unless", "can", "shall",
];

/// What stands after "I would" where nothing is promised.
pub(crate) const NOT_PROMISED: [&str; 23] = [
    "say", "like", "love", "prefer", "be", "have", "argue", "think", "welcome", "know", "never", "probably",
    "need", "want", "point", "take", "see", "hope", "remember", "bet", "describe", "call", "tell",
];
