// The Api's use cases about many dead letters: what is selected is read here, on the asker's thread, and a preview asks the
// conductor letter by letter, so that it never waits long.
#include "base/limits.hpp"
#include "engine/engine.hpp"

namespace kontor::engine {
namespace {

Json selection_json(const LetterSelection& wanted) {
    JsonObject selection;
    for (const auto& [name, value] :
         {std::pair<const char*, const std::string*>{"workflow", &wanted.workflow}, {"task", &wanted.task}, {"country", &wanted.country},
          {"failure_class", &wanted.failure_class}, {"fingerprint", &wanted.fingerprint}}) {
        if (!value->empty()) {
            selection[name] = *value;
        }
    }
    if (wanted.older_than > Duration(0)) {
        selection["older_than"] = to_text(wanted.older_than);
    }
    if (wanted.newer_than > Duration(0)) {
        selection["newer_than"] = to_text(wanted.newer_than);
    }
    return selection;
}

std::optional<std::string> filter(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

}  // namespace

Result<std::vector<std::int64_t>> Engine::selected_letters(const LetterSelection& wanted, const Countries& seen) {
    const Instant now = options_.now();
    const auto ago = [&](Duration age) { return age > Duration(0) ? std::optional(to_iso(now - age)) : std::nullopt; };
    const Result<std::string> found = reads_.read(
        "dead_letters_selected",
        {filter(wanted.workflow), filter(wanted.task), filter(wanted.country), filter(wanted.failure_class), filter(wanted.fingerprint),
         ago(wanted.older_than), ago(wanted.newer_than), std::to_string(job_letters_max + 1), seen.filter()}
    );
    const Result<Json> list = found ? json_from_text(*found) : Result<Json>(found.error());
    if (!list) {
        return list.error();
    }
    std::vector<std::int64_t> letters;
    for (const Json& id : list->get_array()) {
        letters.push_back(id.get_int64());
    }
    if (letters.size() > job_letters_max) {
        return invalid("dead-letters", "more than " + std::to_string(job_letters_max) + " letters fit: narrow the selection");
    }
    return letters;
}

Result<Reply> Engine::preview_letter_job(const LetterJobRequest& request, const std::vector<std::int64_t>& letters) {
    JsonArray items;
    std::int64_t refused = 0;
    const Instant until = options_.now() + preview_time_max;
    for (const std::int64_t letter : letters) {
        if (items.size() >= previewed_letters_max || options_.now() > until) {
            break;
        }
        if (request.discard) {
            items.push_back(JsonObject{{"letter", letter}});
            continue;
        }
        RedriveRequest each;
        each.by = request.by;
        each.dead_letter = letter;
        each.newest_definition = request.newest_definition;
        each.with = request.with;
        each.dry_run = true;
        const Result<Reply> seen = call([&](ReplyTo reply) { return RedriveInput{std::move(each), std::move(reply)}; });
        if (!seen && (seen.error().kind == ErrorKind::Unavailable || seen.error().kind == ErrorKind::Timeout)) {
            return seen.error();
        }
        Result<Json> shown = seen ? json_from_text(seen->body) : Result<Json>(JsonObject{{"letter", letter}, {"refused", seen.error().message}});
        refused += seen ? 0 : 1;
        items.push_back(shown ? std::move(*shown) : Json(JsonObject{{"letter", letter}}));
    }
    const auto more = static_cast<std::int64_t>(letters.size() - items.size());
    return Reply{200, to_text(JsonObject{
        {"dry_run", true}, {"action", request.discard ? "discard" : "redrive"}, {"selection", selection_json(request.selection)},
        {"letters", static_cast<std::int64_t>(letters.size())}, {"refused", refused}, {"items", std::move(items)}, {"more", more}
    })};
}

Result<Reply> Engine::start_letter_job(LetterJobRequest request) {
    LetterJobInput input;
    Result<std::vector<std::int64_t>> letters = selected_letters(request.selection, request.by.countries);
    if (!letters) {
        return letters.error();
    }
    if (request.dry_run) {
        return preview_letter_job(request, *letters);
    }
    input.letters = std::move(*letters);
    input.selection = selection_json(request.selection);
    input.request = std::move(request);
    return call([&](ReplyTo reply) {
        input.reply = std::move(reply);
        return std::move(input);
    });
}

Result<Reply> Engine::stop_letter_job(StopLetterJobRequest request) {
    const std::string id = std::to_string(request.job);
    Result<Reply> reply = call([&](ReplyTo to) { return StopLetterJobInput{std::move(request), std::move(to)}; });
    if (reply || reply.error().kind != ErrorKind::Conflict) {
        return reply;
    }
    const Result<std::string> shown = reads_.read("letter_job_one", {id});
    const Result<Json> job = shown ? json_from_text(*shown) : Result<Json>(shown.error());
    if (!job) {
        return reply;
    }
    if (job->is_null()) {
        return not_found("stop", "there is no job " + id);
    }
    const std::string said = text_member(*job, "said");
    return conflict("stop", "job " + id + " is " + text_member(*job, "state") + " already" + (said.empty() ? "" : ": " + said));
}

}  // namespace kontor::engine
