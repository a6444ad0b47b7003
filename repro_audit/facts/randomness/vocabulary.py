"""Which calls draw random numbers, and which set seeds, by the documentation of each library."""

from __future__ import annotations

from ..regex import regex

PYTHON_DRAWS = frozenset(
    "random randint randrange choice choices shuffle sample uniform triangular betavariate expovariate gammavariate "
    "gauss lognormvariate normalvariate vonmisesvariate paretovariate weibullvariate getrandbits randbytes".split()
)
NUMPY_NOT_DRAWS = frozenset(
    "seed get_state set_state default_rng RandomState Generator SeedSequence PCG64 Philox MT19937 SFC64 "
    "bit_generator BitGenerator".split()
)
TORCH_DRAWS = frozenset(
    "torch.rand torch.randn torch.randint torch.randperm torch.normal torch.bernoulli torch.multinomial torch.poisson "
    "torch.rand_like torch.randn_like torch.randint_like torch.utils.data.random_split "
    "torch.utils.data.RandomSampler "
    "torch.utils.data.WeightedRandomSampler torch.utils.data.SubsetRandomSampler "
    "torch.utils.data.sampler.RandomSampler "
    "torch.nn.functional.dropout torch.nn.functional.gumbel_softmax torch.nn.Dropout torch.nn.Dropout2d".split()
)
TORCH_LAYER = regex(
    r"^torch\.nn\.(?:modules\.\w+\.)?(?:Linear|Bilinear|Conv\w+|LSTM\w*|GRU\w*|RNN\w*|Embedding\w*|Transformer\w*|MultiheadAttention|LazyLinear|LazyConv\w+|Parameter\b(?!))$"
    r"|^torch\.nn\.init\.(?!zeros|ones|constant|eye|dirac)\w+$"
    r"|^torch_geometric\.nn\.\w*Conv\w*$|^dgl\.nn\.[\w.]*Conv\w*$|^torchvision\.models\.[\w.]+$|^timm\.create_model$|^timm\.models\.create_model$"
    r"|^torchvision\.transforms\.(?:v2\.)?(?:Random\w+|ColorJitter|AutoAugment|RandAugment|TrivialAugmentWide)$"
    r"|^segmentation_models_pytorch\.\w+$|^monai\.networks\.nets\.\w+$"
)
TENSORFLOW_LAYER = regex(
    r"^(?:tensorflow\.|tensorflow_core\.|tf\.)?(?:python\.)?keras\.(?:api\.)?(?:layers\.(?:[a-z]\w*\.)*(?:Dense|Conv\w+|SeparableConv\w+|LSTM|GRU|SimpleRNN|Embedding|Dropout|GaussianNoise|Random\w+|Bidirectional|MultiHeadAttention)"
    r"|applications\.[\w.]+|initializers\.(?!Zeros|Ones|Constant)\w+)$"
    r"|^tensorflow\.(?:compat\.v1\.)?(?:layers\.\w+|get_variable|nn\.dropout"
    r"|contrib\.(?:layers|slim|rnn)\.\w+|random_normal_initializer|random_uniform_initializer|glorot_uniform_initializer)$"
    r"|^tensorflow\.keras\.preprocessing\.image\.ImageDataGenerator$|^keras\.preprocessing\.image\.ImageDataGenerator$|^tf_slim\.\w+$"
)
TENSORFLOW_DRAW = regex(  # whether something is trained or not
    r"^tensorflow\.(?:compat\.v1\.)?(?:(?:random\.)?(?:truncated_normal|random_normal|random_uniform|random_shuffle)"
    r"|random\.(?:normal|uniform|shuffle|gamma|poisson|categorical|multinomial|fixed_unigram_candidate_sampler))$"
    r"|^keras\.random\.(?:normal|uniform|randint|shuffle|truncated_normal|categorical|beta|gamma|binomial)$"
)
TRAINING = frozenset(  # methods that show that a network is trained, and not only loaded
    "backward fit fit_generator train_on_batch minimize apply_gradients apply_updates train".split()
)
SKLEARN_RANDOM = frozenset(
    "train_test_split ShuffleSplit StratifiedShuffleSplit GroupShuffleSplit RepeatedKFold RepeatedStratifiedKFold "
    "RandomForestClassifier RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor ExtraTreeClassifier "
    "GradientBoostingClassifier GradientBoostingRegressor DecisionTreeClassifier DecisionTreeRegressor "
    "BaggingClassifier BaggingRegressor AdaBoostClassifier AdaBoostRegressor IsolationForest RandomTreesEmbedding "
    "MLPClassifier MLPRegressor SGDClassifier SGDRegressor Perceptron PassiveAggressiveClassifier "
    "KMeans MiniBatchKMeans BisectingKMeans SpectralClustering GaussianMixture BayesianGaussianMixture TSNE "
    "RandomizedSearchCV HalvingRandomSearchCV LatentDirichletAllocation TruncatedSVD FastICA NMF DictionaryLearning "
    "shuffle resample permutation_importance make_classification make_regression make_blobs make_moons make_circles "
    "make_s_curve make_swiss_roll BernoulliRBM GaussianRandomProjection SparseRandomProjection LinearSVC "
    "randomized_svd RANSACRegressor TheilSenRegressor "
    "HistGradientBoostingClassifier HistGradientBoostingRegressor".split()
)
SKLEARN_SHUFFLED = frozenset("KFold StratifiedKFold StratifiedGroupKFold".split())  # random with shuffle=True only
SKLEARN_OPTIONS: dict[str, tuple[str, tuple[object, ...]]] = {  # random with that option at one of these values only
    "SVC": ("probability", (True,)),
    "NuSVC": ("probability", (True,)),
    "LogisticRegression": ("solver", ("liblinear", "sag", "saga")),
    "LogisticRegressionCV": ("solver", ("liblinear", "sag", "saga")),
    "Ridge": ("solver", ("sag", "saga")),
    "RidgeClassifier": ("solver", ("sag", "saga")),
}
SKLEARN_LIKE = {  # distributions that follow scikit-learn's random_state
    "sklearn", "imblearn", "umap", "boruta", "skopt", "tpot", "eli5", "hdbscan", "cuml", "lime",
}  # fmt: skip
# Topic models that draw from NumPy's global generator where no random_state is given.
TOPICS = regex(r"^gensim\.(?:\w+\.)*(?:LdaModel|LdaMulticore|EnsembleLda|HdpModel|AuthorTopicModel)$")
BOOSTERS = regex(r"^(?:catboost\.(?:CatBoost\w*)|xgboost\.(?:XGB\w+(?:Classifier|Regressor|Ranker)|XGBModel))$")
BOOSTER_SEEDS = ("random_state", "random_seed", "seed")
TABLE_NAME = regex(r"(?:^|[._])(?:df|data|frame|table|rows|train|test|valid|val)(?:set)?(?:_\w+)?\d*$|_df$")
XGB_RANDOM_OPTIONS = ("subsample", "colsample_bytree", "colsample_bylevel", "colsample_bynode")

FASTAI = ("fastai.", "fastai2.")
FASTAI_DRAWS = frozenset(
    "vision_learner cnn_learner unet_learner text_classifier_learner language_model_learner tabular_learner "
    "collab_learner Learner aug_transforms get_transforms from_folder from_df from_csv from_name_func "
    "from_path_func dataloaders databunch create_cnn".split()
)
TORCH_TRAINERS = frozenset({"transformers.Trainer", "transformers.Seq2SeqTrainer", "trl.SFTTrainer"})
LIGHTNING = frozenset({"lightning", "pytorch_lightning"})
AGENTS = frozenset({"stable_baselines3", "sb3_contrib", "stable_baselines"})  # their algorithms `learn`
# What makes, changes or keeps tensors of given values: a program with no other call of PyTorch holds no network.
TORCH_GIVEN = regex(
    r"^torch\.(?:(?:as_|from_|is_)?\w*tensor\w*|from_numpy|zeros\w*|ones\w*|full\w*|eye|arange|linspace|log|exp|mean|sum"
    r"|mm|matmul|dot|stack|cat|no_grad|device|\w*Tensor|autograd\.Variable|manual_seed|cuda\.is_available|set_\w+)$"
)

ALL = ("python", "numpy", "torch", "tensorflow")
SEEDERS: dict[str, tuple[str, ...]] = {
    "random.seed": ("python",),
    "numpy.random.seed": ("numpy",),
    "numpy.random.set_state": ("numpy",),
    "cupy.random.seed": ("cupy",),
    "torch.manual_seed": ("torch",),
    "torch.random.manual_seed": ("torch",),
    "torch.cuda.manual_seed": (),  # devices only: the CPU's generator initialises the weights
    "torch.cuda.manual_seed_all": (),
    "tensorflow.random.set_seed": ("tensorflow",),
    "tensorflow.set_random_seed": ("tensorflow",),
    "tensorflow.random.set_random_seed": ("tensorflow",),
    "tensorflow.compat.v1.set_random_seed": ("tensorflow",),
    "tensorflow.compat.v1.random.set_random_seed": ("tensorflow",),
    "tensorflow.compat.v2.random.set_seed": ("tensorflow",),
    "tensorflow.keras.utils.set_random_seed": ("python", "numpy", "tensorflow"),
    "keras.utils.set_random_seed": ALL,
    "keras.utils.utils.set_random_seed": ("python", "numpy", "tensorflow"),
    "jax.random.PRNGKey": ("jax",),
    "jax.random.key": ("jax",),
    "lightning.seed_everything": ("python", "numpy", "torch"),
    "lightning.pytorch.seed_everything": ("python", "numpy", "torch"),
    "pytorch_lightning.seed_everything": ("python", "numpy", "torch"),
    "pytorch_lightning.utilities.seed.seed_everything": ("python", "numpy", "torch"),
    "lightning_fabric.utilities.seed.seed_everything": ("python", "numpy", "torch"),
    "torch_geometric.seed_everything": ("python", "numpy", "torch"),
    "torch_geometric.seed.seed_everything": ("python", "numpy", "torch"),
    "transformers.set_seed": ALL,
    "transformers.trainer_utils.set_seed": ALL,
    "transformers.enable_full_determinism": ALL,
    "accelerate.utils.set_seed": ("python", "numpy", "torch"),
    "fastai.torch_core.set_seed": ("python", "numpy", "torch"),
    "fastai.vision.all.set_seed": ("python", "numpy", "torch"),
    "fastai.basics.set_seed": ("python", "numpy", "torch"),
    "mmcv.runner.set_random_seed": ("python", "numpy", "torch"),
    "mmengine.runner.set_random_seed": ("python", "numpy", "torch"),
    "stable_baselines3.common.utils.set_random_seed": ("python", "numpy", "torch"),
    "monai.utils.set_determinism": ("python", "numpy", "torch"),
    "paddle.seed": ("paddle",),
    "paddle.framework.random.seed": ("paddle",),
    "mxnet.random.seed": ("mxnet",),
    "dgl.seed": ("dgl",),
    "dgl.random.seed": ("dgl",),
    "catalyst.utils.set_global_seed": ("python", "numpy", "torch"),
    "chainer.global_config": (),
    "pycaret.classification.setup": (),
}
GENERATORS: dict[str, str] = {  # constructors of generators of their own, and the source they stand for
    "random.Random": "python",
    "numpy.random.default_rng": "numpy",
    "numpy.random.RandomState": "numpy",
    "numpy.random.SeedSequence": "numpy",
    "numpy.random.PCG64": "numpy",
    "numpy.random.MT19937": "numpy",
    "numpy.random.Philox": "numpy",
    "tensorflow.random.Generator.from_seed": "tensorflow",
    "flax.nnx.Rngs": "jax",
}
R_DRAW = regex(
    r"\b(?:sample|rnorm|runif|rbinom|rpois|rexp|rgamma|rbeta|sample_n|sample_frac|slice_sample|createDataPartition|initial_split|vfold_cv|randomForest|ranger|kmeans|trainControl|keras_model|bootstraps)\s*\("
)
R_SEED = regex(r"\bset\.seed\s*\(\s*([^)]*)\)")
JULIA_DRAW = regex(r"\b(?:rand|randn|shuffle!?|randperm|sample|Dense|Conv|DataLoader|Chain|dropout|fit!|Learner)\s*\(")
JULIA_SEED = regex(
    r"\bRandom\.seed!\s*\(([^)]*(?:\([^)]*\))?[^)]*)\)|\b(?:MersenneTwister|Xoshiro|StableRNG)\s*\(\s*([^)]*)\)"
)
LUA_DRAW = regex(
    r"\bnn\.(?:Linear|LookupTable|\w*Convolution\w*|LSTM|GRU|Dropout)\s*\(|\bmath\.random\s*\("
    r"|\btorch\.(?:rand|randn|randperm|bernoulli|multinomial)\s*\(|:(?:uniform|normal|bernoulli)\s*\("
)
LUA_SEED = regex(r"\b(?:torch\.manualSeed|math\.randomseed)\s*\(\s*([^)]*)\)")
MATLAB_DRAW = regex(
    r"\b(?:rand|randn|randi|randperm|randsample|datasample|cvpartition|crossvalind|kmeans|TreeBagger|fitc?ensemble"
    r"|trainNetwork|fitcnet|dividerand)\s*\("
)
MATLAB_SEED = regex(r"\brng\s*\(?\s*([^);]*)|\brandn?\s*\(\s*'(?:seed|state|twister)'\s*,\s*([^)]*)\)")
