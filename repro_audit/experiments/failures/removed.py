"""What widely used packages took away, and the last versions that still had it.

Only what is common in published experiments; for the rest the package alone is named.
"""

from __future__ import annotations

_GONE = {  # requirement that still has them: names, as an error message tells them
    "numpy<1.24": "int float bool object str complex typeDict",
    "numpy<1.23": "asscalar",
    "numpy<2": (
        "float_ complex_ unicode_ string_ NaN Inf infty NINF PINF product cumproduct alltrue sometrue cast asfarray "
        "msort round_ find_common_type issubsctype obj2sctype sctypes DataSource recfromcsv safe_eval disp deprecate "
        "lookfor longfloat"
    ),
    "pandas<0.25": (
        "Panel rolling_mean rolling_std as_matrix get_value set_value get_values convert_objects scatter_matrix"
    ),
    "pandas<1": "ix",
    "pandas<2": (
        "append iteritems mad lookup slice_shift tshift Int64Index Float64Index UInt64Index error_bad_lines "
        "warn_bad_lines line_terminator mangle_dupe_cols squeeze is_monotonic weekofyear numeric_only"
    ),
    "pandas<3": "applymap delim_whitespace date_parser infer_datetime_format",
    "scikit-learn<0.20": "cross_validation grid_search learning_curve",
    "scikit-learn<0.22": "Imputer categorical_features",
    "scikit-learn<0.23": "externals jaccard_similarity_score linear_assignment_ presort",
    "scikit-learn<0.24": "forest logistic k_means_ stochastic_gradient",
    "scikit-learn<1.2": (
        "load_boston plot_confusion_matrix plot_roc_curve plot_precision_recall_curve get_feature_names normalize mse "
        "mae"
    ),
    "scikit-learn<1.3": "auto",
    "scikit-learn<1.4": "sparse base_estimator affinity",
    "scikit-learn<1.6": "squared",
    "scikit-learn<1.8": "multi_class",
    "tensorflow<2": (
        "placeholder Session InteractiveSession ConfigProto contrib app flags get_variable variable_scope "
        "set_random_seed reset_default_graph global_variables_initializer examples gfile logging get_default_graph "
        "truncated_normal random_normal AdamOptimizer GradientDescentOptimizer ceil log to_float to_int32 layers "
        "placeholder_with_default trainable_variables"
    ),
    "tensorflow<2.6": "predict_classes predict_proba",
    "tensorflow<2.16": (
        "fit_generator evaluate_generator predict_generator experimental decay lr np_utils tokenizer_from_json"
    ),
    "keras<2.4": "tensorflow_backend set_image_dim_ordering set_session",
    "keras<2.13": "np_utils scikit_learn engine advanced_activations",
    "scipy<1.2": "imread imsave",
    "scipy<1.3": "imresize factorial comb logsumexp",
    "scipy<1.9": "pinv2",
    "scipy<1.12": "binom_test",
    "scipy<1.13": "gaussian hann hamming triu tril",
    "scipy<1.14": "simps trapz cumtrapz interp2d",
    "matplotlib<3.1": "normed hold",
    "matplotlib<3.7": "projection",
    "matplotlib<3.8": (
        "seaborn seaborn-whitegrid seaborn-darkgrid seaborn-v0 seaborn-white seaborn-dark seaborn-paper seaborn-talk "
        "seaborn-poster"
    ),
    "matplotlib<3.9": "get_cmap register_cmap",
    "seaborn<0.9": "tsplot size",
    "seaborn<0.12": "factorplot positional",
    "networkx<2": "edges_iter nodes_iter from_pandas_dataframe",
    "networkx<2.4": "node connected_component_subgraphs",
    "networkx<3": (
        "from_numpy_matrix to_numpy_matrix read_gpickle write_gpickle info from_scipy_sparse_matrix "
        "to_scipy_sparse_matrix"
    ),
    "torch<1.8": "rfft irfft",
    "torch<1.13": "solve symeig eig lstsq matrix_rank",
    "torch<2": "_six",
    "torch<2.6": "weights_only",
    "torchvision<0.17": "functional_tensor",
    "torchtext<0.9": "Field BucketIterator TabularDataset",
    "torchtext<0.12": "legacy",
    "gensim<4": "size iter vocab index2word index2entity summarization syn0",
    "pillow<10": "ANTIALIAS textsize getsize",
    "pytorch-lightning<1.5": "metrics",
    "pytorch-lightning<2": (
        "gpus auto_lr_find resume_from_checkpoint training_epoch_end validation_epoch_end test_epoch_end tpu_cores "
        "progress_bar_refresh_rate checkpoint_callback weights_summary"
    ),
    "jax<0.2.25": "stax optimizers",
    "jax<0.3.2": "index_update index_add",
    "jax<0.4.25": "config",
    "flask<2.4": "escape Markup",
    "jinja2<3.1": "escape Markup contextfunction environmentfilter",
    "lightgbm<4": "early_stopping_rounds verbose_eval evals_result",
    "xgboost<2.1": "early_stopping_rounds",
    "librosa<0.8": "output write_wav",
    "librosa<0.10": "melspectrogram mfcc",
    "imbalanced-learn<0.8": "fit_sample ratio",
    "scikit-image<0.18": "compare_ssim compare_psnr compare_mse",
    "moviepy<2": "editor",
    "openai<1": "ChatCompletion Completion Embedding",
    "dvc<3": "run",
    "mlflow<2": "no-conda",
    "kedro<0.18": "install",
    "kedro<0.19": "test lint build-docs build-reqs activate-nbstripout",
    "statsmodels<0.13": "arima_model ARMA",
}
_BY_NAME: dict[str, list[str]] = {}
for _requirement, _names in _GONE.items():
    for _name in _names.split():
        _BY_NAME.setdefault(_name, []).append(_requirement)


def still_has(distribution: str, name: str) -> str:
    """The requirement of the versions that still have it, such as `pandas<2`; "" where it is not known."""
    found = [r for r in _BY_NAME.get(name, ()) if r.partition("<")[0] == distribution]
    return found[0] if found else ""
