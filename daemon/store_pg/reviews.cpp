// ports::Reviews on PostgreSQL, by libpqxx: short transactions on one connection, taking in (COPY) on another.
#include "ports/reviews.hpp"

#include <memory>
#include <mutex>
#include <pqxx/pqxx>
#include <pqxx/stream_to>
#include <utility>

#include "store_pg/errors.hpp"
#include "store_pg/store_pg.hpp"

namespace kontor::store_pg {
namespace {

using core::review::Verdict;
using core::review::Word;
using namespace ports;

constexpr std::string_view no_such = "there is no such review";

// A connection that is opened when it is needed and dropped when it fails. Thread: one call at a time.
class Session {
 public:
    explicit Session(std::string target) : target_(std::move(target)) {}

    // Runs `work` in a transaction. Only Refusal, what pqxx throws and what `work`'s own callbacks throw come out of it.
    template <class Work>
    auto transaction(std::string_view what, Work work) -> Result<decltype(work(std::declval<pqxx::work&>()))> {
        const std::lock_guard lock(mutex_);
        try {
            if (connection_ == nullptr) {
                open();
            }
            pqxx::work transaction(*connection_);
            auto answer = work(transaction);
            transaction.commit();
            return answer;
        } catch (const Refusal& refusal) {
            return refusal.error;
        } catch (const pqxx::in_doubt_error& error) {
            connection_.reset();
            return Error{ErrorKind::Unavailable, "database " + std::string(what), std::string(error.what()) + ": ask again", {}};
        } catch (const pqxx::broken_connection& error) {
            connection_.reset();
            return translate("", what, error.what());
        } catch (const pqxx::sql_error& error) {
            connection_.reset();
            return translate(error.sqlstate(), what, error.what());
        }
    }
    // Ends the transaction with this error.
    struct Refusal {
        Error error;
    };

 private:
    void open() {
        connection_ = std::make_unique<pqxx::connection>(target_);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
        connection_->inhibit_reactivation(true);
#pragma GCC diagnostic pop
        pqxx::nontransaction setup(*connection_);
        setup.exec("set statement_timeout = '60s'; set lock_timeout = '10s'; set timezone = 'UTC'; set synchronous_commit = on;"
                   "set idle_in_transaction_session_timeout = '60s'");
    }

    const std::string target_;
    std::mutex mutex_;
    std::unique_ptr<pqxx::connection> connection_;
};

std::string time(Instant at) { return to_iso(at); }

Json json_of(const pqxx::field& field) {
    const Result<Json> value = field.is_null() ? Result<Json>(Json()) : json_from_text(field.c_str());
    return value ? *value : Json();
}

[[noreturn]] void refuse_with(Error error) { throw Session::Refusal{std::move(error)}; }

ReviewPlace place_of(const pqxx::row& row) {
    ReviewPlace place;
    place.review = row["id"].as<std::int64_t>();
    place.run = row["run"].as<std::int64_t>();
    place.task = row["task"].as<std::int64_t>();
    place.country = row["country"].c_str();
    place.row = row["place"].as<std::int64_t>();
    const Json object = json_of(row["object"]);
    place.object.key = text_member(object, "key");
    place.object.sha256 = text_member(object, "sha256");
    const Json* bytes = member(object, "bytes");
    place.object.bytes = bytes != nullptr && bytes->is_int64() ? bytes->get_int64() : 0;
    return place;
}

constexpr const char* place_columns = "r.id, r.run, r.task, r.country, r.place, b.object";

class PgReviews : public Reviews {
 public:
    explicit PgReviews(const std::string& target) : desk_(target), intake_(target) {}

    Result<std::vector<ReviewBatch>> waiting() override;
    Result<bool> take_in(
        const ReviewBatch& batch, const std::vector<ReviewCode>& codes, const std::function<bool(ReviewRow&)>& next, Instant at
    ) override;
    Result<void> refuse(const ReviewBatch& batch, const std::string& why, Instant at) override;
    Result<std::vector<ReviewPlace>> claim(const ReviewClaim& claim) override;
    Result<std::optional<ReviewPlace>> place(std::int64_t review) override;
    Result<ReviewReply> decide(std::int64_t review, const Word& word, const ReviewCaller& by, Instant at) override;
    Result<ReviewReply> skip(std::int64_t review, const ReviewCaller& by, Instant at) override;
    Result<ReviewReply> undo(std::int64_t review, const ReviewCaller& by, Instant at) override;
    Result<std::vector<ReviewLabel>> labels(const std::string& country) override;

 private:
    template <class Change>
    Result<ReviewReply> change(std::int64_t review, const ReviewCaller& by, Instant at, Change change);

    Session desk_;
    Session intake_;
};

Result<std::vector<ReviewBatch>> PgReviews::waiting() {
    return intake_.transaction("reviews waiting", [](pqxx::work& work) {
        std::vector<ReviewBatch> batches;
        for (const pqxx::row& row : work.exec(
                 "select d.id, d.run, d.task, d.country, d.details from dataset d where d.kind = 'report'"
                 " and not exists (select from review_batch b where b.id = d.id) order by d.id limit 100"
             )) {
            batches.push_back({row[0].as<std::int64_t>(), row[1].as<std::int64_t>(), row[2].as<std::int64_t>(), row[3].c_str(), json_of(row[4])});
        }
        return batches;
    });
}

// Whoever inserts the mark does the work; another that comes meanwhile waits here and then finds it done.
bool mark(pqxx::work& work, const ReviewBatch& batch, std::int64_t rows, const std::string& fault, Instant at) {
    const Json* reviews = member(batch.details, "reviews");
    const Json* object = reviews == nullptr ? nullptr : member(*reviews, "object");
    return work.exec_params(
                   "insert into review_batch (id, run, task, country, period, model, object, rows, fault, at)"
                   " values ($1, $2, $3, $4, $5, $6, nullif($7, 'null')::jsonb, $8, $9, $10::timestamptz) on conflict (id) do nothing",
                   batch.id, batch.run, batch.task, batch.country, text_member(batch.details, "period"),
                   text_member(batch.details, "model"), object == nullptr ? std::string("null") : to_text(*object), rows, fault, time(at)
           )
               .affected_rows() == 1;
}

void replace_codes(pqxx::work& work, const std::string& country, const std::string& period, const std::vector<ReviewCode>& codes) {
    work.exec_params("delete from review_code where country = $1 and period = $2", country, period);
    pqxx::stream_to copy(work, "review_code", std::vector<std::string>{"country", "period", "code", "title"});
    for (const ReviewCode& code : codes) {
        copy << std::make_tuple(country, period, code.code, storable(code.title));
    }
    copy.complete();
}

std::int64_t copy_rows(pqxx::work& work, const ReviewBatch& batch, const std::function<bool(ReviewRow&)>& next) {
    const std::string period = text_member(batch.details, "period");
    const std::string model = text_member(batch.details, "model");
    // Gathered apart: what is in doubt twice in one run stands once in the queue.
    work.exec("create temporary table arriving (like review including defaults) on commit drop; alter table arriving drop column id");
    pqxx::stream_to copy(
        work, "arriving",
        std::vector<std::string>{
            "batch", "run", "task", "country", "period", "item", "place", "model", "code", "probability", "alternatives", "units",
            "weight_kg", "cost", "looks", "state"}
    );
    std::int64_t rows = 0;
    for (ReviewRow row; next(row); ++rows) {
        copy << std::make_tuple(
            batch.id, batch.run, batch.task, batch.country, period, storable(row.item), row.place, model, storable(row.code),
            row.probability, row.alternatives, row.units, row.weight_kg, row.cost, row.looks, std::string("open")
        );
    }
    copy.complete();
    return rows;
}

Result<bool> PgReviews::take_in(
    const ReviewBatch& batch, const std::vector<ReviewCode>& codes, const std::function<bool(ReviewRow&)>& next, Instant at
) {
    return intake_.transaction("reviews take_in", [&](pqxx::work& work) {
        if (!mark(work, batch, 0, "", at)) {
            return false;
        }
        const std::string period = text_member(batch.details, "period");
        replace_codes(work, batch.country, period, codes);
        const std::int64_t rows = copy_rows(work, batch, next);
        work.exec_params("update review_batch set rows = $2 where id = $1", batch.id, rows);
        // A later run's report replaces the earlier one's doubts about the month; what people decided stays.
        work.exec_params(
            "update review set state = 'superseded', claimed_by = '', claimed_until = null where country = $1 and period = $2"
            " and batch < $3 and state in ('open', 'second', 'disputed')",
            batch.country, period, batch.id
        );
        work.exec_params(
            "insert into review (batch, run, task, country, period, item, place, model, code, probability, alternatives, units,"
            " weight_kg, cost, looks, state, verdict, decided_code, decided_by, decided_at, carried_from)"
            " select a.batch, a.run, a.task, a.country, a.period, a.item, a.place, a.model, a.code, a.probability, a.alternatives,"
            " a.units, a.weight_kg, a.cost, a.looks, case when d.id is null then 'open' else 'decided' end, coalesce(d.verdict, ''),"
            " coalesce(d.decided_code, ''), coalesce(d.decided_by, ''), d.decided_at, coalesce(d.carried_from, d.id)"
            " from arriving a left join lateral ("
            "   select r.* from review r where r.country = a.country and r.item = a.item and r.state = 'decided'"
            "      and (r.verdict = 'excluded' or not $1 or exists (select from review_code c where c.country = a.country"
            "           and c.period = a.period and c.code = r.decided_code))"
            // A name that moved in between may mean something else: people are asked again.
            "      and not exists (select from code_list l join code_list_move m on m.country = l.country and m.version = l.version"
            "           where l.country = a.country and m.code_from = r.decided_code and m.code_to <> m.code_from"
            "             and l.effective_from::text > r.period || '-01' and l.effective_from::text <= a.period || '-01')"
            "   order by r.decided_at desc, r.id desc limit 1) d on true"
            " order by a.place on conflict (run, country, item) do nothing",
            !codes.empty()
        );
        // A newer report may have been taken in before this one: then nobody waits for this one's doubts.
        work.exec_params(
            "update review set state = 'superseded' where batch = $1 and state = 'open' and exists ("
            " select from review_batch b where b.country = $2 and b.period = $3 and b.id > $1 and b.fault = '')",
            batch.id, batch.country, period
        );
        return true;
    });
}

Result<void> PgReviews::refuse(const ReviewBatch& batch, const std::string& why, Instant at) {
    const Result<bool> marked =
        intake_.transaction("reviews refuse", [&](pqxx::work& work) { return mark(work, batch, 0, storable(why), at); });
    return marked ? Result<void>() : Result<void>(marked.error());
}

Result<std::vector<ReviewPlace>> PgReviews::claim(const ReviewClaim& claim) {
    return desk_.transaction("reviews claim", [&](pqxx::work& work) {
        const std::string scope = claim.countries.value_or("");
        std::vector<ReviewPlace> places;
        // SKIP LOCKED: two callers at once take different ones, and neither waits.
        for (const pqxx::row& row : work.exec_params(
                 std::string(
                     "with free as ("
                     " select r.id from review r where r.state in ('open', 'second', 'disputed') and (not $2 or in_scope(r.country, $3))"
                     " and ($4 = '' or r.period = $4)"
                     " and (r.claimed_until is null or r.claimed_until <= $5::timestamptz or r.claimed_by = $1)"
                     " and not exists (select from review_word w where w.review = r.id and w.who = $1 and w.undone_at is null"
                     "   and (w.verdict <> 'skip' or w.at > $5::timestamptz - $6 * interval '1 second'))"
                     " order by r.cost desc, r.id limit $7 for update of r skip locked), "
                     "taken as (update review u set claimed_by = $1, claimed_until = $5::timestamptz + $8 * interval '1 second'"
                     " from free where u.id = free.id returning u.*) select "
                 ) + place_columns +
                     " from taken r join review_batch b on b.id = r.batch order by r.cost desc, r.id",
                 claim.who, claim.countries.has_value(), scope, claim.period, time(claim.at),
                 std::chrono::duration_cast<std::chrono::seconds>(review_skip_kept).count(), claim.take,
                 std::chrono::duration_cast<std::chrono::seconds>(review_claim_kept).count()
             )) {
            places.push_back(place_of(row));
        }
        return places;
    });
}

Result<std::optional<ReviewPlace>> PgReviews::place(std::int64_t review) {
    return desk_.transaction("reviews place", [&](pqxx::work& work) {
        const pqxx::result found = work.exec_params(
            std::string("select ") + place_columns + " from review r join review_batch b on b.id = r.batch where r.id = $1", review
        );
        return found.empty() ? std::nullopt : std::optional(place_of(found[0]));
    });
}

// An entry that is locked until the transaction ends, with what was said and not taken back.
struct Entry {
    std::int64_t id = 0;
    std::string country;
    std::string period;
    std::string state;
    std::string claimed_by;  // empty: nobody has it now
    int looks = 1;
    struct Said {
        std::int64_t id = 0;
        std::string who;
        Word word;
        bool fresh = false;  // may still be taken back
    };
    std::vector<Said> said;
};

Entry lock_entry(pqxx::work& work, std::int64_t id, Instant at) {
    const pqxx::result found = work.exec_params(
        "select country, period, state, case when claimed_until > $2::timestamptz then claimed_by else '' end, looks"
        " from review where id = $1 for update",
        id, time(at)
    );
    if (found.empty()) {
        refuse_with(not_found("reviews", std::string(no_such)));
    }
    Entry entry{id, found[0][0].c_str(), found[0][1].c_str(), found[0][2].c_str(), found[0][3].c_str(), found[0][4].as<int>(), {}};
    for (const pqxx::row& row : work.exec_params(
             "select id, who, verdict, code, at > $2::timestamptz - $3 * interval '1 second' from review_word"
             " where review = $1 and undone_at is null and verdict <> 'skip' order by id",
             id, time(at), std::chrono::duration_cast<std::chrono::seconds>(review_undo_kept).count()
         )) {
        const auto verdict = core::review::verdict_from(row[2].c_str());
        if (!verdict) {
            refuse_with(internal("reviews", "an unknown verdict is stored"));
        }
        entry.said.push_back({row[0].as<std::int64_t>(), row[1].c_str(), {*verdict, row[3].c_str()}, row[4].as<bool>()});
    }
    return entry;
}

// What the words make of the entry. `keep_for`: the claim that stays with it; empty: it is given back.
void settle(pqxx::work& work, const Entry& entry, const std::string& keep_for, const std::string& by, Instant at) {
    std::vector<Word> words;
    for (const Entry::Said& said : entry.said) {
        words.push_back(said.word);
    }
    const core::review::Settled now = core::review::settle(entry.looks, words);
    const bool decided = now.state == core::review::State::Decided;
    work.exec_params(
        "update review set state = $2, verdict = $3, decided_code = $4, decided_by = $5,"
        " decided_at = case when $6 then $7::timestamptz end, carried_from = null, claimed_by = $8,"
        " claimed_until = case when $8 <> '' then $7::timestamptz + $9 * interval '1 second' end where id = $1",
        entry.id, std::string(to_string(now.state)), decided ? std::string(to_string(now.word.verdict)) : std::string(),
        now.word.code, decided ? by : std::string(), decided, time(at), keep_for,
        std::chrono::duration_cast<std::chrono::seconds>(review_claim_kept).count()
    );
}

void require_waiting(const Entry& entry, const ReviewCaller& by) {
    const std::string name = "review " + std::to_string(entry.id);
    if (entry.state == "decided" || entry.state == "superseded") {
        refuse_with(conflict("reviews", name + " is " + entry.state + (entry.state == "decided" ? " already" : ": a later run asks anew")));
    }
    if (!entry.claimed_by.empty() && entry.claimed_by != by.who) {
        refuse_with(conflict("reviews", name + " lies before " + entry.claimed_by + " now: claim another one"));
    }
}

void require_listed(pqxx::work& work, const Entry& entry, const std::string& code) {
    const pqxx::row known = work.exec_params1(
        "select count(*), count(*) filter (where code = $3) from review_code where country = $1 and period = $2", entry.country,
        entry.period, code
    );
    if (known[0].as<std::int64_t>() > 0 && known[1].as<std::int64_t>() == 0) {
        refuse_with(invalid(
            "reviews", "the code " + storable(code) + " is not in the list of " + entry.country + " in force in " + entry.period +
                           ": GET /v1/reviews/codes?country=" + entry.country + "&period=" + entry.period + " lists them"
        ));
    }
}

void keep_record(pqxx::work& work, const AuditRow& row, const std::string& country, Instant at) {
    work.exec_params(
        "insert into audit (at, who, role, route, resource, country, dry_run, reason, status, correlation)"
        " values ($1::timestamptz, $2, $3, $4, $5, $6, $7, $8, 200, '')",
        time(at), row.who, row.role, row.route, row.resource, country, row.dry_run, row.reason
    );
}

// Keys of this desk are its own: the conductor never asks for them.
std::string stored_key(const ReviewCaller& by) { return "reviews/" + by.reply_key; }

std::optional<ReviewReply> earlier_reply(pqxx::work& work, const ReviewCaller& by) {
    if (by.reply_key.empty()) {
        return std::nullopt;
    }
    const pqxx::result kept = work.exec_params("select fingerprint, reply from idempotency where key = $1", stored_key(by));
    if (kept.empty()) {
        return std::nullopt;
    }
    if (by.fingerprint != kept[0][0].c_str()) {
        refuse_with(invalid("idempotency", "this Idempotency-Key was used for another request; use a new key"));
    }
    return ReviewReply{kept[0][1].c_str(), true};
}

template <class Change>
Result<ReviewReply> PgReviews::change(std::int64_t review, const ReviewCaller& by, Instant at, Change change) {
    return desk_.transaction("reviews change", [&](pqxx::work& work) {
        Entry entry = lock_entry(work, review, at);
        if (std::optional<ReviewReply> earlier = earlier_reply(work, by)) {
            return *earlier;
        }
        work.exec("savepoint before");
        change(work, entry);
        const auto told = [&] { return work.exec_params1("select review_json(r), state from review r where id = $1", review); };
        pqxx::row after = told();
        work.exec(by.audit.dry_run ? "rollback to savepoint before" : "release savepoint before");
        // What becomes of a second word tells the first one, which whoever only asks must not know: they are told what stands.
        if (by.audit.dry_run && entry.state == "second" && after[1].as<std::string>() != "open") {
            after = told();
        }
        const ReviewReply reply{after[0].c_str(), false};
        keep_record(work, by.audit, entry.country, at);
        if (!by.reply_key.empty()) {
            work.exec_params(
                "insert into idempotency (key, fingerprint, status, reply, created_at) values ($1, $2, 200, $3, $4::timestamptz)",
                stored_key(by), by.fingerprint, reply.body, time(at)
            );
        }
        return reply;
    });
}

Result<ReviewReply> PgReviews::decide(std::int64_t review, const Word& word, const ReviewCaller& by, Instant at) {
    return change(review, by, at, [&](pqxx::work& work, Entry& entry) {
        require_waiting(entry, by);
        for (const Entry::Said& said : entry.said) {
            if (said.who == by.who && !(by.admin && entry.state == "disputed")) {
                refuse_with(conflict("reviews", "you have spoken about review " + std::to_string(entry.id) + ": another person must, too"));
            }
        }
        if (word.verdict == Verdict::Code) {
            require_listed(work, entry, word.code);
        }
        work.exec_params(
            "insert into review_word (review, who, verdict, code, at) values ($1, $2, $3, $4, $5::timestamptz)", entry.id, by.who,
            std::string(to_string(word.verdict)), storable(word.code), time(at)
        );
        entry.said.push_back({0, by.who, {word.verdict, storable(word.code)}, true});
        settle(work, entry, "", by.who, at);
    });
}

Result<ReviewReply> PgReviews::skip(std::int64_t review, const ReviewCaller& by, Instant at) {
    return change(review, by, at, [&](pqxx::work& work, Entry& entry) {
        require_waiting(entry, by);
        work.exec_params(
            "insert into review_word (review, who, verdict, code, at) values ($1, $2, 'skip', '', $3::timestamptz)", entry.id, by.who, time(at)
        );
        work.exec_params("update review set claimed_by = '', claimed_until = null where id = $1", entry.id);
    });
}

Result<ReviewReply> PgReviews::undo(std::int64_t review, const ReviewCaller& by, Instant at) {
    return change(review, by, at, [&](pqxx::work& work, Entry& entry) {
        const std::string name = "review " + std::to_string(entry.id);
        if (entry.state == "superseded") {
            refuse_with(conflict("reviews", name + " is superseded: a later run asks anew"));
        }
        if (entry.said.empty() || entry.said.back().who != by.who) {
            refuse_with(conflict("reviews", "the last word about " + name + " is not yours"));
        }
        if (!entry.said.back().fresh) {
            refuse_with(conflict("reviews", "your word about " + name + " is too old to be taken back"));
        }
        if (!entry.claimed_by.empty() && entry.claimed_by != by.who) {
            refuse_with(conflict("reviews", name + " lies before " + entry.claimed_by + " now"));
        }
        work.exec_params("update review_word set undone_at = $2::timestamptz where id = $1", entry.said.back().id, time(at));
        entry.said.pop_back();
        settle(work, entry, by.who, entry.said.empty() ? "" : entry.said.back().who, at);
        // A later run has taken the word over: it waits there again.
        work.exec_params(
            "update review set state = 'open', verdict = '', decided_code = '', decided_by = '', decided_at = null, carried_from = null"
            " where carried_from = $1",
            entry.id
        );
    });
}

Result<std::vector<ReviewLabel>> PgReviews::labels(const std::string& country) {
    return intake_.transaction("reviews labels", [&](pqxx::work& work) {
        std::vector<ReviewLabel> labels;
        for (const pqxx::row& row : work.exec_params(
                 std::string("select distinct on (r.item) r.item, r.decided_code, r.decided_by, iso(r.decided_at) as decided_at, r.period as coded_for, ") + place_columns +
                     " from review r join review_batch b on b.id = r.batch where r.country = $1 and r.state = 'decided'"
                     " and r.verdict = 'code' order by r.item, r.decided_at desc, r.id desc",
                 country
             )) {
            const Result<Instant> decided_at = instant_from_iso(row["decided_at"].c_str());
            labels.push_back(
                {row["item"].c_str(), row["decided_code"].c_str(), row["decided_by"].c_str(), decided_at ? *decided_at : Instant{}, place_of(row),
                 row["coded_for"].c_str()}
            );
        }
        return labels;
    });
}

}  // namespace

std::unique_ptr<Reviews> make_reviews(std::string target) { return std::make_unique<PgReviews>(target); }

}  // namespace kontor::store_pg
