// Everything the daemon consists of, started in order and stopped in reverse.
// Owner and thread: main's. The parts have their own threads.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/config.hpp"
#include "app/data_folder.hpp"
#include "app/doctor.hpp"
#include "app/code_list_source.hpp"
#include "app/prediction_rows.hpp"
#include "app/prediction_source.hpp"
#include "app/evidence.hpp"
#include "app/file_desk.hpp"
#include "app/filing.hpp"
#include "app/folder_watch.hpp"
#include "app/inbox_watch.hpp"
#include "app/quarantine.hpp"
#include "app/review_intake.hpp"
#include "app/sample_source.hpp"
#include "app/sweeper.hpp"
#include "codes/desk.hpp"
#include "embedded_pg/cluster.hpp"
#include "engine/engine.hpp"
#include "exec/thread_pool_executor.hpp"
#include "http/server.hpp"
#include "live/predictor.hpp"
#include "objects/checkpoint_files.hpp"
#include "objects/key_rotation.hpp"
#include "objects/local_objects.hpp"
#include "ports/logs.hpp"

namespace kontor::app {

class Daemon {
 public:
    struct Events {
        std::function<void(const Error&)> fatal;  // must end the process; any thread
        std::function<bool(Duration)> stopping;   // waits that long while standing by; true: give up
    };
    // Starts everything but the lead: the API answers reads, /readyz says 503.
    // Errors: one sentence for the operator.
    static Result<std::unique_ptr<Daemon>> start(Config config, const std::string& version, Events events);
    // Waits for the lead (at once on an embedded cluster), recovers, deploys the workflows of the folder.
    // Errors: Cancelled when told to stop meanwhile; what the database says.
    Result<void> lead();
    // Interrupts what has not ended within `grace`. Idempotent.
    void stop(Duration grace);
    ~Daemon();

    engine::Api& api() { return *engine_; }
    // Why the database does not answer, with what its own server cannot say. Any thread.
    std::string explained(std::string trouble) const;
    // What nobody should read in a log.
    std::vector<std::string> secrets() const;
    std::string url() const { return server_->url(); }
    const std::string& token() const { return token_; }
    const Config& config() const { return config_; }
    // Of the warehouse called "default"; empty when none is configured.
    std::string warehouse_url() const;

 private:
    explicit Daemon(Config config) : config_(std::move(config)) {}
    Result<void> open_database();
    Result<void> open_objects();
    Result<void> build(const std::string& version);
    void build_predictor();
    Result<void> deploy_folder();

    Config config_;
    Events events_;
    std::unique_ptr<DataFolder> folder_;
    std::string token_;
    std::string database_;
    std::unique_ptr<embedded_pg::EmbeddedCluster> cluster_;
    std::unique_ptr<ports::Store> store_;
    std::unique_ptr<ports::Reads> reads_;
    std::unique_ptr<ports::LogSink> logs_;
    std::unique_ptr<objects::LocalObjects> objects_;
    std::unique_ptr<objects::CheckpointFiles> checkpoints_;
    std::unique_ptr<objects::KeyRotation> keys_;
    std::unique_ptr<QuarantineReader> quarantine_;
    std::unique_ptr<StoredPredictions> stored_predictions_;
    std::unique_ptr<ports::Reviews> reviews_;
    std::unique_ptr<EvidenceReader> evidence_;
    std::unique_ptr<DecidedLabels> labels_;
    std::unique_ptr<ports::ReportBook> reports_;
    std::unique_ptr<DecidedItems> decided_;
    std::unique_ptr<ports::SampleRows> sample_rows_;
    std::unique_ptr<SentSamples> sent_samples_;
    std::unique_ptr<ports::CodeListRows> list_rows_;
    std::unique_ptr<ports::Retention> retention_;
    std::unique_ptr<ReportedPredictions> predictions_;
    std::unique_ptr<ImportedLists> lists_;
    std::unique_ptr<codes::ListDesk> list_desk_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<exec::ThreadPoolExecutor> executor_;
    std::unique_ptr<live::Predictor> predictor_;
    std::unique_ptr<FilingDesk> filing_;
    std::unique_ptr<DaemonDoctor> doctor_;
    std::unique_ptr<samples::Intake> samples_;
    std::unique_ptr<FileDesk> files_;
    std::unique_ptr<FolderWatch> workflow_files_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<InboxWatch> inbox_;
    std::unique_ptr<ReviewIntake> intake_;
    std::unique_ptr<DraftRounds> drafts_;
    std::unique_ptr<Sweeper> sweeper_;
    std::unique_ptr<Rounds> folder_rounds_;
    bool stopped_ = false;
};

// The engine's parser over the built-in tasks and the system's time zones.
engine::ParseWorkflow workflow_parser();

}  // namespace kontor::app
