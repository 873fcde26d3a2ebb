// A small engine in memory, for tests of the HTTP door: runs are kept and listed, Idempotency-Keys
// are honoured, changes reach listeners, and calls can be held back until the test lets them go.
#pragma once

#include "engine/api.hpp"
#include "ports/keys.hpp"
#include "ports/predictor.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace kontor::http_test {

class MemoryApi : public engine::Api {
  public:
    Result<engine::Reply> submit(engine::Submission submission) override;
    Result<engine::Reply> cancel(engine::CancelRequest request) override;
    Result<engine::Reply> control(engine::ControlRequest request) override;
    Result<engine::Reply> explain_run(engine::ExplainRunRequest request) override;
    Result<engine::Reply> decide(engine::DecideRequest request) override;
    Result<engine::Reply> backfill(engine::BackfillRequest request) override;
    Result<engine::Reply> turn_backfill(engine::BackfillOrder order) override;
    Result<engine::Reply> turn_pool(engine::PoolRequest request) override;
    Result<engine::Reply> pools(engine::PoolsRequest request) override;
    Result<engine::Reply> set_winner(engine::WinnerRequest request) override;
    Result<engine::Reply> end_alarm(engine::AlarmRequest request) override;
    Result<engine::Reply> clear_cache(engine::CacheRequest request) override;
    Result<engine::Reply> retire(engine::RetireRequest request) override;
    Result<engine::Reply> redrive(engine::RedriveRequest request) override;
    Result<engine::Reply> discard(engine::DiscardRequest request) override;
    Result<engine::Reply> start_letter_job(engine::LetterJobRequest request) override;
    Result<engine::Reply> stop_letter_job(engine::StopLetterJobRequest request) override;
    Result<engine::Reply> post_event(engine::PostedEvent event) override;
    Result<engine::Reply> post_events(std::vector<engine::PostedEvent> events) override;
    Result<engine::Reply> replay(engine::ReplayRequest request) override;
    Result<engine::Reply> explain_event(std::int64_t event) override;
    Result<engine::Reply> preview(const engine::PreviewRequest& request) override;
    Result<engine::Reply> deploy(engine::DeployRequest request) override;
    Result<engine::Reply> compare(const std::string& workflow, int from, int to) override;
    Result<engine::Reply> pause_schedule(engine::PauseRequest request) override;
    Result<engine::Reply> run_schedule_now(engine::RunScheduleRequest request) override;
    Result<engine::Reply> create_token(engine::CreateTokenRequest request) override;
    Result<engine::Reply> revoke_token(engine::RevokeTokenRequest request) override;
    Result<engine::Reply> accept(engine::AcceptRequest request) override;
    void record(std::vector<ports::AuditRow> audit, std::vector<ports::TokenUse> uses) override;
    Result<std::string> read(
        std::string_view query, const std::vector<std::optional<std::string>>& params
    ) override;
    Json status() const override;
    bool ready() const override;
    std::string metrics() const override;
    std::shared_ptr<void> listen(engine::ChangeListener listener) override;

    // One commit: task `task` of run `run` went to `state`.
    void change(
        std::int64_t run,
        std::int64_t task,
        const std::string& state,
        const std::string& correlation
    );
    void publish(JsonArray tasks);
    void begin_epoch();

    void set_ready(bool ready);
    // The next read fails with this.
    void fail_reads(Error error);
    // Every read gives this from now on.
    void answer_reads(std::string text);
    // Reads wait until release() (or the end of the api).
    void hold();
    void release();
    // Waits until that many reads are held. False after ten seconds.
    bool wait_held(std::size_t count);

    // What the last calls were given, one line each: "read runs_page(train,-,-,-,10,-)".
    std::vector<std::string> calls() const;
    engine::IdempotencyKey last_key() const;
    // A token in force, as the database would give it. `countries` null: all.
    void give_token(std::string secret, std::string role, Json countries, Json expires_at = nullptr);
    void take_token(const std::string& secret);
    std::vector<ports::AuditRow> recorded() const;
    engine::Command last_command() const;
    std::size_t listeners() const;

  private:
    struct Run {
        std::int64_t id = 0;
        std::string workflow;
        std::string correlation;
        Json params;
    };
    struct Kept {
        std::string fingerprint;
        engine::Reply reply;
    };
    struct Listeners {
        std::mutex mutex;
        std::map<int, engine::ChangeListener> all;
        int next = 0;
    };

    void note(std::string line);
    Json run_json(const Run& run) const;
    std::optional<Result<engine::Reply>> kept_reply(const engine::IdempotencyKey& key);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::int64_t, Run> runs_;
    std::map<std::string, Kept> kept_;
    std::vector<std::string> calls_;
    engine::IdempotencyKey last_key_;
    engine::Command last_command_;
    std::map<std::string, Json> tokens_;  // by hash
    std::vector<ports::AuditRow> recorded_;
    std::optional<Error> read_error_;
    std::optional<std::string> read_answer_;
    bool ready_ = true;
    bool holding_ = false;
    std::size_t held_ = 0;
    ports::Epoch epoch_ = 1;
    ports::Seq seq_ = 100;
    std::shared_ptr<Listeners> listeners_ = std::make_shared<Listeners>();
};

// Says what it was asked, or the error that it was given.
class MemoryPredictor : public ports::Predictor {
  public:
    Result<Json> predict(const ports::PredictRequest& request) override {
        if (error) {
            return *error;
        }
        return Json(JsonObject{
            {"country", request.country}, {"items", request.items}, {"top", static_cast<std::int64_t>(request.top)}, {"explain", request.explain}});
    }
    Result<ports::Package> package(const std::string& /*country*/, const std::string& model) override {
        return error ? Result<ports::Package>(*error) : Result<ports::Package>(ports::Package{"tar of " + model, {}});
    }
    std::string metrics() const override { return "kontor_live_models 0\n"; }
    std::optional<Error> error;
};

// Counts what it is asked to rotate.
class MemoryKeys : public ports::Keys {
  public:
    Result<Json> list() override {
        const JsonArray items{
            JsonObject{{"id", "raw/DE/1"}, {"scope", "raw"}, {"country", "DE"}, {"current", true}},
            JsonObject{{"id", "model/DE/1"}, {"scope", "model"}, {"country", "DE"}, {"current", true}}};
        return Json(JsonObject{{"items", items}, {"next", nullptr}, {"rotation", nullptr}});
    }
    Result<Json> rotate(const std::string& /*scope*/, const std::string& /*country*/) override {
        ++rotations;
        return Json(nullptr);
    }
    int rotations = 0;
};

}  // namespace kontor::http_test
