"""A local Slack: stands where Slack stands, for the tests and for the demo in a browser.

Knows nothing of the app it serves: it speaks Slack's Web API, signs and delivers requests, keeps
teams, people, channels, messages and views, and refuses what Slack refuses with Slack's own error.

    clock = SandboxClock()                          # real time plus an offset that only grows
    slack = Sandbox(clock=clock, signing_secret="...", folder=None, app_name="Tandem")
    team = slack.add_team("T0ACME", "Acme", domain="acme", bot_token="xoxb-...", bot_scopes=[...])
    ana = team.add_person("U0ANA", "Ana", email="ana@acme.example", tz="Europe/Lisbon")
    deals = team.add_channel("C0DEALS", "deals", members=[ana])
    await slack.start()                             # slack.url, slack.api_url
    slack.connect_app("http://127.0.0.1:3000/slack/events", commands=[{"command": "/opp"}])

    me = slack.person(team, ana)                    # what a person does
    answer = await me.command("/opp", "new Acme", channel=deals)
    me.fill({"customer": "Acme", "stage": "won"})   # block_id (or action_id) -> value
    options = await me.suggest("partner", "glo")    # Option(text, value, group)
    await me.choose("partner", options[0])          # selects, and fires block_actions where due
    answer = await me.submit()                      # answer.errors, answer.error; me.view is next
    await me.press(me.sees(deals)[-1], "Next stage")   # agree=False says no where it asks first
    await me.press(me.sees(deals)[-1], "stage", "Won")  # an option by its words or its value
    await me.react(me.sees(deals)[-1], "tada")
    await me.reply(me.sees(deals)[-1], "Done")      # me.thread(message), me.upload(...)
    await me.open_home()
    await me.press_in_view("show_more", view=me.home)
    await slack.travel(timedelta(days=1))           # or to a moment
    slack.faults.add(Fault("rate_limited", "chat.postMessage", times=3))
    await slack.send_event(team, {"type": "team_rename", "name": "Acme 2"})
    reply = await slack.post_raw(slack.sign(body, timestamp), body)   # forged, old or replayed
    await slack.stop()

`slack.calls` lists every Web API call and response_url post, `slack.deliveries` every request sent
to the app. Time is the clock's, except two deadlines people feel: 3 s for the app to answer and for
a trigger to be used, which run on the real monotonic clock and are fields of Sandbox. An event's
retries come at once unless `wait=asyncio.sleep` asks for Slack's own pace.

`python -m sandbox` starts it for any app by its manifest (manifest, furnishing). Read from the
outside in: server (the wire), web_api (methods), interactions and person (what people
do), views, posting and response_urls (the rules), delivery, sockets and events (the way to the
app), workspace and store (the state), ui (the page's JSON API), blockkit (what Slack would refuse).

The page is plain ES modules, `page/app.js` first; each says in its first line what it is for:
  app, column, sidebar, heads, toolbar, bottombar, places   the window, and where one is in it
  messages, message, threads, reactions, files              a conversation
  blocks, mrkdwn, richtext, markdown, tables, charts        Block Kit as one reads it
  view, modal, controls, combobox, pickers, editor          Block Kit as one fills it in
  composer, completion, drafts                              where one writes
  inspector, faults, clock, switcher, help, manage          the sandbox's own tools
  dom, popover, menus, toasts, time, days, icons            what all of them use
"""

from sandbox.answers import Answer, Option, SuggestionFailed
from sandbox.clock import Clock, SandboxClock
from sandbox.core import Call
from sandbox.delivery import Delivery, Reply
from sandbox.faults import Fault
from sandbox.person import NotThere, Person
from sandbox.sandbox import Sandbox
from sandbox.values import CannotEnter
from sandbox.views import View
from sandbox.workspace import Channel, Enterprise, File, Member, Message, Team

__all__ = [
    "Answer",
    "Call",
    "CannotEnter",
    "Channel",
    "Clock",
    "Delivery",
    "Enterprise",
    "Fault",
    "File",
    "Member",
    "Message",
    "NotThere",
    "Option",
    "Person",
    "Reply",
    "Sandbox",
    "SandboxClock",
    "SuggestionFailed",
    "Team",
    "View",
]
