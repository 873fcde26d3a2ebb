#include "core/approval/approval.hpp"

#include <algorithm>
#include <array>

#include "base/check.hpp"
#include "base/limits.hpp"

namespace kontor::core::approval {
namespace {

constexpr std::string_view where = "approval";
constexpr std::size_t title_bytes_max = 200;
constexpr std::array<Role, 3> deciding_roles{Role::Operator, Role::Reviewer, Role::Admin};

Error wrong(std::string_view name, const std::string& what) {
    return invalid(std::string(where), "with." + std::string(name) + " " + what);
}

Result<std::string> text_of(const Json& input, const char* name, std::string otherwise) {
    const Json* value = member(input, name);
    if (value == nullptr || value->is_null()) {
        return otherwise;
    }
    if (!value->is_string()) {
        return wrong(name, "must be a text, not " + to_text(*value));
    }
    return std::string(value->get_string());
}

Result<std::optional<Duration>> duration_of(const Json& input, const char* name) {
    const Result<std::string> text = text_of(input, name, "");
    if (!text) {
        return text.error();
    }
    if (text->empty()) {
        return std::optional<Duration>();
    }
    const Result<Duration> parsed = duration_from_text(*text);
    if (!parsed || *parsed <= Duration(0)) {
        return wrong(name, "must be a duration such as 30m, 8h or 3d, not '" + *text + "'");
    }
    return std::optional(*parsed);
}

std::string an(Role role) {
    return (role == Role::Operator || role == Role::Admin ? "an " : "a ") + std::string(to_string(role));
}

Result<void> read_words(const Json& input, Terms& terms) {
    const Result<std::string> role = text_of(input, "role", "reviewer");
    const Result<std::string> otherwise = text_of(input, "default", "fail");
    const Result<std::string> on_reject = text_of(input, "on_reject", "fail");
    for (const Result<std::string>* each : {&role, &otherwise, &on_reject}) {
        if (!*each) {
            return each->error();
        }
    }
    const std::optional<Role> known = role_from_text(*role);
    if (!known || std::find(deciding_roles.begin(), deciding_roles.end(), *known) == deciding_roles.end()) {
        return wrong("role", "must be operator, reviewer or admin, not '" + *role + "'");
    }
    const std::optional<Otherwise> fallback = otherwise_from(*otherwise);
    if (!fallback) {
        return wrong("default", "must be approve, reject or fail, not '" + *otherwise + "'");
    }
    if (*on_reject != "fail" && *on_reject != "continue") {
        return wrong("on_reject", "must be fail or continue, not '" + *on_reject + "'");
    }
    terms.role = *known;
    terms.otherwise = *fallback;
    terms.reject_fails = *on_reject == "fail";
    return {};
}

}  // namespace

std::string_view to_string(Decision decision) {
    switch (decision) {
        case Decision::Approve: return "approve";
        case Decision::Reject: return "reject";
    }
    KONTOR_UNREACHABLE();
}

std::optional<Decision> decision_from(std::string_view text) {
    return text == "approve" ? std::optional(Decision::Approve) : text == "reject" ? std::optional(Decision::Reject) : std::nullopt;
}

std::string_view to_string(Otherwise otherwise) {
    switch (otherwise) {
        case Otherwise::Approve: return "approve";
        case Otherwise::Reject: return "reject";
        case Otherwise::Fail: return "fail";
    }
    KONTOR_UNREACHABLE();
}

std::optional<Otherwise> otherwise_from(std::string_view text) {
    for (const Otherwise each : {Otherwise::Approve, Otherwise::Reject, Otherwise::Fail}) {
        if (to_string(each) == text) {
            return each;
        }
    }
    return std::nullopt;
}

Result<Terms> terms_from(const Json& input) {
    Terms terms;
    const Result<std::string> title = text_of(input, "title", "");
    const Result<std::string> text = text_of(input, "text", "");
    if (!title || !text) {
        return title ? text.error() : title.error();
    }
    if (title->empty() || title->size() > title_bytes_max) {
        return wrong("title", "must say in 1 to " + std::to_string(title_bytes_max) + " bytes what is asked");
    }
    if (text->size() > limits::reason_bytes_max) {
        return wrong("text", "must not be longer than " + std::to_string(limits::reason_bytes_max) + " bytes");
    }
    terms.title = *title;
    terms.text = *text;
    if (const Json* evidence = member(input, "evidence")) {
        terms.evidence = *evidence;
        if (to_text(terms.evidence).size() > limits::task_outputs_bytes_max) {
            return wrong(
                "evidence", "is larger than " + std::to_string(limits::task_outputs_bytes_max) + " bytes: give what decides, and name the object that holds the rest"
            );
        }
    }
    if (const Json* approvals = member(input, "approvals"); approvals != nullptr && !approvals->is_null()) {
        if (!approvals->is_int64() || approvals->get_int64() < 1 || approvals->get_int64() > approvals_most) {
            return wrong("approvals", "must be 1 or 2, not " + to_text(*approvals));
        }
        terms.approvals = static_cast<int>(approvals->get_int64());
    }
    if (const Result<void> words = read_words(input, terms); !words) {
        return words.error();
    }
    const Result<std::optional<Duration>> deadline = duration_of(input, "deadline");
    const Result<std::optional<Duration>> escalate = duration_of(input, "escalate_after");
    if (!deadline || !escalate) {
        return deadline ? escalate.error() : deadline.error();
    }
    terms.deadline = *deadline;
    terms.escalate_after = *escalate;
    if (terms.deadline && terms.escalate_after && *terms.escalate_after >= *terms.deadline) {
        return wrong("escalate_after", "must be sooner than the deadline");
    }
    if (member(input, "default") != nullptr && !terms.deadline) {
        return wrong("default", "says what is so after the deadline, and with.deadline is not given");
    }
    return terms;
}

Result<void> may_vote(const Ballot& ballot, const Caller& by) {
    if (by.role < ballot.role) {
        return Error{
            ErrorKind::Forbidden, std::string(where), "this is for " + an(ballot.role) + " to decide; you are " + an(by.role), {}
        };
    }
    if (!by.countries.contains(ballot.country)) {
        return Error{
            ErrorKind::Forbidden, std::string(where),
            "this is about " + (ballot.country.empty() ? "all countries" : ballot.country) + "; you may decide for " +
                by.countries.filter().value_or("") + " only",
            {}
        };
    }
    if (!ballot.submitter.empty() && by.name == ballot.submitter) {
        return conflict(std::string(where), by.name + " started the run: somebody else must decide");
    }
    for (const Vote& vote : ballot.votes) {
        if (vote.by == by.name) {
            return conflict(
                std::string(where), by.name + " has decided already (" + std::string(to_string(vote.decision)) + " at " + to_iso(vote.at) +
                                        "): the next approval is another person's"
            );
        }
    }
    return {};
}

std::optional<Decision> outcome(int needed, std::span<const Vote> votes) {
    int approvals = 0;
    for (const Vote& vote : votes) {
        if (vote.decision == Decision::Reject) {
            return Decision::Reject;
        }
        ++approvals;
    }
    return approvals >= needed ? std::optional(Decision::Approve) : std::nullopt;
}

std::string waiting_sentence(int needed, Role role, const std::optional<Instant>& deadline, std::span<const Vote> votes) {
    const int missing = needed - static_cast<int>(votes.size());
    std::string text = "waits for " + std::to_string(missing) + " of " + std::to_string(needed) + (needed == 1 ? " approval" : " approvals") + " by " + an(role);
    text += deadline ? ", until " + to_iso(*deadline) : "";
    for (std::size_t at = 0; at < votes.size(); ++at) {
        text += (at == 0 ? "; " : ", ") + votes[at].by + " has approved";
    }
    return text;
}

}  // namespace kontor::core::approval
