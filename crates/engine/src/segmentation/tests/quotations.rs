//! Which marks pair, and which quotations go on.

use super::{check, marks, quotations};

#[test]
fn every_style_pairs() {
    check("\"a\" “b” „c“ „d” ``e'' ‘‘f’’ ''g''", quotations, "\"a\"\n“b”\n„c“\n„d”\n``e''\n‘‘f’’\n''g''");
    check("«a» ‹b› »c« › d ‹ « e »", quotations, "«a»\n‹b›\n»c«\n« e »");
    check("'a' ‘b’ ‚c‘ `d'", quotations, "'a'\n‘b’\n‚c‘\n`d'");
    check("”wrong way,” he said, ”again.”", quotations, "”wrong way,”\n”again.”");
    check("“mixed\" and \"mixed”", quotations, "“mixed\"\n\"mixed”");
}

#[test]
fn quotations_nest() {
    check("“He said ‘no’ to me”", quotations, "“He said ‘no’ to me”\n ‘no’");
    check(
        "\"'Yes,' he said.\" \"She said 'no.'\"",
        quotations,
        "\"'Yes,' he said.\"\n 'Yes,'\n\"She said 'no.'\"\n 'no.'",
    );
}

#[test]
fn three_straight_marks_are_a_single_and_a_double_one() {
    check(
        "''He said, 'No.''' And: '''No,' he said.''",
        quotations,
        "''He said, 'No.'''\n 'No.'\n'''No,' he said.''\n 'No,'",
    );
}

#[test]
fn apostrophes_are_no_marks() {
    check(
        "the 'players' union' and the players' union",
        marks,
        "the < players ' union > and the players ' union",
    );
    check("‘The players’ union said no,’ he said", quotations, "‘The players’ union said no,’");
    check("‘Boys’ and ‘girls’", quotations, "‘Boys’\n‘girls’");
    check("“We’re goin’ home,” said ’em", quotations, "“We’re goin’ home,”");
    check("“’Twas the morning,” he read", quotations, "“’Twas the morning,”");
    check("the letter 's' isn't", quotations, "'s'");
    check("Joint Chief’s of Staff ‘urged a ceasefire.’", quotations, "‘urged a ceasefire.’");
}

#[test]
fn inches_and_feet_are_no_marks() {
    check("A 5'11\" man said \"no\" to a 12\" pipe", quotations, "\"no\"");
    check("A 12\" pipe", marks, "A 12 \" pipe");
}

#[test]
fn a_forgotten_mark_costs_only_itself() {
    check("“One, he said. “Two,” she said. “Three.”", quotations, "“Two,”\n“Three.”");
    check("One,” he said. “Two.”", marks, "One , ~ he said .\n< Two . >");
    check("\"I came, \"he said. \"I saw.\"", quotations, "\"I came, \"\n\"I saw.\"");
    check("“I saw that. “", quotations, "“I saw that. “");
    check("He said\" I came,\" and went", quotations, "\" I came,\"");
    check("‘He said “no’ to me”", quotations, "“no’ to me”");
}

#[test]
fn paragraphs_reopen_quotations() {
    check("“I came.\n\n“I saw.\n\n“I won,” he said.", quotations, "“I came. …\n+0 “I saw. …\n+1 “I won,”");
    check("He said: \"I came.\n\n\"I saw,\" and left.", quotations, "\"I came. …\n+0 \"I saw,\"");
    check("\"It was “war.”\n\n\"It was.\"", quotations, "\"It was “war.” …\n “war.”\n+0 \"It was.\"");
    check("“I came.\n\nI ‘saw.’”\n\nThe end.", quotations, "“I came. …\n+0 I ‘saw.’”\n ‘saw.’");
    check("“I came. ‘No.’\n\nHe left.", quotations, "‘No.’");
    check("“I came.\n\nHe left.", marks, "~ I came .\n\nHe left .");
    check("“I came.\n\n“I saw.\n\nHe left.", quotations, "“I came. …\n+0 “I saw. …");
}
