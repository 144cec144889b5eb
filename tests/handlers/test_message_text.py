import pytest

from handlers.message_text import first_line, mentioned, plain

NAMES = {"U0RON": "Ron Rep"}


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("Price &lt; 5 &amp; &gt; 3", "Price < 5 & > 3"),
        ("&amp;lt; stays", "&lt; stays"),
        ("<@U0RON> and <@U0WHO> and <@W0WHO|lee>", "@Ron Rep and @somebody and @lee"),
        ("<#C0DEALS|deals> <#C0SECRET>", "#deals #channel"),
        (
            "<!here> <!channel> <!everyone> <!subteam^S1|@sales> <!subteam^S2>",
            "@here @channel @everyone @sales @subteam",
        ),
        ("<!date^1794996000^{date}|18 Nov>", "18 Nov"),
        (
            "<https://globex.com/a?b=1&amp;c=2|our offer>",
            "our offer (https://globex.com/a?b=1&c=2)",
        ),
        ("<https://globex.com>", "https://globex.com"),
        ("<http://globex.com|globex.com>", "http://globex.com"),
        ("<mailto:hank@globex.com|hank@globex.com>", "hank@globex.com"),
        ("<tel:+4930123|030 123>", "030 123 (+4930123)"),
        ("*bold* and `code`\n&gt; quoted  \n\n", "*bold* and `code`\n> quoted"),
        ("a\x00b\ud800c\u2028d", "abc\nd"),
        ("< not a link >", "< not a link >"),
        ("", ""),
    ],
)
def test_what_slack_wraps_is_read_as_people_wrote_it(text: str, readable: str) -> None:
    assert plain(text, NAMES) == readable


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("*Acme* _renewal_ ~soon~ `48k`\nmore", "Acme renewal soon 48k"),
        ("\n> • *_Acme renewal_* 48k", "Acme renewal 48k"),
        ("```\nAcme renewal\n```", "Acme renewal"),
        ("```Acme```", "Acme"),
        ("snake_case_name 5*3*2 * a* C*", "snake_case_name 5*3*2 * a* C*"),
        ("- 5% on ~10k", "- 5% on ~10k"),
        (" \n", ""),
    ],
)
def test_how_the_first_line_looks_is_no_part_of_what_it_says(text: str, line: str) -> None:
    assert first_line(text) == line


def test_the_longest_message_is_read_in_an_instant() -> None:
    assert plain("<" * 40_000, {}) == "<" * 40_000
    assert len(plain("<@U0RON> " * 4_000, NAMES)) > 30_000
    assert first_line(" *a" * 10_000).startswith("*a *a")


def test_each_account_is_looked_up_once() -> None:
    assert mentioned("<@U0RON> <@U0ANA|ana> <@U0RON>") == ["U0RON", "U0ANA"]
