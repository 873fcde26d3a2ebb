#include "core/review/settle.hpp"

#include "base/check.hpp"

namespace kontor::core::review {

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::Code: return "code";
        case Verdict::Excluded: return "excluded";
        case Verdict::CannotSay: return "cannot_say";
    }
    KONTOR_UNREACHABLE();
}

std::optional<Verdict> verdict_from(std::string_view text) {
    for (const Verdict each : {Verdict::Code, Verdict::Excluded, Verdict::CannotSay}) {
        if (text == to_string(each)) {
            return each;
        }
    }
    return std::nullopt;
}

std::string_view to_string(State state) {
    switch (state) {
        case State::Open: return "open";
        case State::Second: return "second";
        case State::Disputed: return "disputed";
        case State::Decided: return "decided";
    }
    KONTOR_UNREACHABLE();
}

Settled settle(int looks, std::span<const Word> said) {
    Settled now;
    for (const Word& word : said) {
        if (now.state == State::Decided) {
            break;
        }
        if (word.verdict == Verdict::CannotSay) {
            now.state = State::Disputed;
        } else if (now.state == State::Open && looks > 1) {
            now = {State::Second, word};
        } else if (now.state == State::Second && !(word == now.word)) {
            now = {State::Disputed, {}};
        } else {
            now = {State::Decided, word};
        }
    }
    if (now.state != State::Decided) {
        now.word = {};
    }
    return now;
}

}  // namespace kontor::core::review
