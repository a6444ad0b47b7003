"""What calls, files and words have to do with data. One table each, so that a new reader is one word more."""

from __future__ import annotations

import re

from ..regex import regex

# Methods and functions that read a table, array, image or sound; the path is the first argument.
READERS = frozenset(
    "read_csv read_table read_excel read_parquet read_json read_pickle read_feather read_hdf read_fwf read_stata "
    "read_sas "
    "read_spss read_orc read_xml read_file read_ndjson read_ipc scan_csv scan_parquet loadtxt genfromtxt "
    "fromfile memmap "
    "recfromcsv imread read_image loadmat mmread read_points read_triangle_mesh AlignmentFile VariantFile "
    "FastaFile FastxFile "
    "ImageReader ReadImage dcmread read_raw_edf read_raw_fif read_epochs read_edf VideoCapture load_img load_npz "
    "load_svmlight_file "
    "TFRecordDataset TextLineDataset FixedLengthRecordDataset make_csv_dataset image_dataset_from_directory "
    "text_dataset_from_directory audio_dataset_from_directory flow_from_directory ImageFolder DatasetFolder "
    "FakeImageFolder "
    "load_from_disk LineSentence TabularDataset read_h5ad read_10x_h5 read_10x_mtx read_loom parse_csv read_vcf "
    "open_dataset open_mfdataset "
    "open_zarr TimeSeriesDataFrame TabularDataset load_wav read_gpickle read_edgelist read_gml read_graphml "
    "SDMolSupplier SmilesMolSupplier "
    "read_wav load_audio ImageDataGenerator csvread readtable textFile loadJsonlines".split()
)
# Names too common to be read by their last part alone: (full or last two parts).
EXACT_READERS = frozenset(
    "numpy.load h5py.File librosa.load librosa.core.load soundfile.read torchaudio.load scipy.io.wavfile.read "
    "wavfile.read PIL.Image.open "
    "Image.open nibabel.load nib.load rasterio.open csv.reader csv.DictReader pydicom.read_file gzip.open "
    "bz2.open lzma.open "
    "zipfile.ZipFile ZipFile tarfile.open pickle.load json.load trimesh.load joblib.load torch.load laspy.read "
    "datatable.fread "
    "dask.dataframe.read_csv sqlite3.connect netCDF4.Dataset cv2.imread imageio.imread matplotlib.image.imread "
    "plt.imread Bio.SeqIO.parse "
    "SeqIO.parse tensorflow.io.read_file tf.io.read_file tifffile.imread ase.io.read mdtraj.load scanpy.read "
    "uproot.open "
    "astropy.io.fits.open fits.open numpy.lib.npyio.load".split()
)
LISTERS = frozenset("listdir scandir glob iglob rglob walk iterdir".split())
OPENERS = frozenset("open FileIO smart_open read_text read_bytes GFile".split())
WRITERS = frozenset(
    "to_csv to_excel to_parquet to_pickle to_json to_feather to_hdf savetxt save savez savez_compressed dump "
    "imwrite imsave savefig "
    "write_text write_bytes save_weights save_model save_pretrained save_to_disk saveRDS write_csv write.csv "
    "write_parquet copy copyfile move "
    "save_npz savemat write_file to_netcdf to_zarr write_video save_image makedirs mkdir extractall extract "
    "create_dataset".split()
)

# Data sets that ship with a library, or that it fetches and checks by itself.
LIBRARY = regex(
    r"^(?:sklearn\.datasets\.(?:load_(?!svmlight_file|files|sample_images?$)|fetch_)\w+"
    r"|(?:torchvision|torchaudio|torchtext)\.datasets\.(?!ImageFolder|DatasetFolder|VisionDataset|FakeData|utils|"
    r"folder)\w+"
    r"|(?:(?:tensorflow|tf)\.(?:python\.)?)?keras\.datasets\.\w+\.load_data|(?:tensorflow|"
    r"tf)\.contrib\.learn\.datasets\.\w+"
    r"|(?:tensorflow|tf)\.examples\.tutorials\.mnist\.input_data\.read_data_sets|input_data\.read_data_sets|"
    r"\w+\.load_data_wiki"
    r"|tensorflow_datasets\.(?:load|builder)|tfds\.(?:load|builder)|seaborn\.load_dataset|sns\.load_dataset|"
    r"vega_datasets\.data"
    r"|skimage\.data\.\w+|scipy\.(?:misc|datasets)\.(?:face|ascent|electrocardiogram)|"
    r"statsmodels\.(?:\w+\.)*datasets\.\w+(?:\.\w+)*"
    r"|nltk\.download|torch_geometric\.datasets\.\w+|dgl\.data\.(?!utils)\w+|ogb\.\w+\.\w+|deepchem\.molnet\.load_\w+"
    r"|medmnist\.\w+|plotly\.data\.\w+|pydataset\.data|mlxtend\.data\.\w+|scanpy\.datasets\.\w+|"
    r"(?:openml\.datasets\.get_dataset)"
    r"|ucimlrepo\.fetch_ucirepo|(?:mnist|fashion_mnist|cifar10|cifar100|imdb|reuters|boston_housing|"
    r"california_housing)\.load_data|emnist\.\w+|mnist\.(?:train|test)_images|fasttext\.util\.download_model|"
    r"gym\.make|gymnasium\.make"
    r"|gensim\.downloader\.load|spektral\.datasets\.\w+|librosa\.(?:util\.)?example\w*|datasets\.(?:MNIST|CIFAR10|"
    r"CIFAR100|FashionMNIST|KMNIST|SVHN|STL10))$"
)
SIMULATED = regex(r"^(?:gym|gymnasium)\.make$|^sklearn\.datasets\.make_")  # an environment or generator: no data set
HUB = regex(r"^(?:datasets\.load_dataset|huggingface_hub\.\w*download\w*|evaluate\.load)$")

DOWNLOADERS = regex(
    r"^(?:urllib\.(?:request\.)?(?:urlretrieve|urlopen)|urlretrieve|urlopen|wget\.download|requests\.get|"
    r"httpx\.get|gdown\.(?:download|cached_download|download_folder)"
    r"|kagglehub\.\w*download\w*|kaggle\.api\.\w+|.*\.(?:competition_download_files|dataset_download_files|"
    r"download_file|download_fileobj|download_and_extract_archive|download_url|maybe_download)"
    r"|pooch\.(?:retrieve|create)|(?:tensorflow|tf)\.keras\.utils\.get_file|"
    r"keras\.utils\.(?:data_utils\.)?get_file|get_file|opendatasets\.download|od\.download"
    r"|zenodo_get\.\w+|synapseclient\.\w+|torch\.hub\.download_url_to_file|download_url|"
    r"download_and_extract_archive|wfdb\.dl_database"
    r"|yfinance\.download|yf\.download|ee\.\w+)$"
)
CHECKED = regex(r"md5|sha\d{3}|sha1|checksum|known_hash|file_hash|hash_value|hexdigest", re.IGNORECASE)
PINNED_ADDRESS = regex(
    r"10\.\d{4,9}/|zenodo\.org/(?:api/)?records?/\d+|figshare\.com/(?:ndownloader/)?(?:files|articles)/|"
    r"dataverse\S+persistentId|"
    r"osf\.io/(?:download/)?\w{5}\b|/(?:raw|blob|resolve|archive|tree)/[0-9a-f]{7,40}\b|"
    r"raw\.githubusercontent\.com/[^/]+/[^/]+/(?:[0-9a-f]{7,40}|v?\d+\.\d+[\w.]*)/|"
    r"/releases/download/[^/\s]+/|[?&](?:versionId|version|rev)=\w+",
)  # fmt: skip

DATA_ENDINGS = frozenset(
    ".csv .tsv .tab .parquet .feather .arrow .orc .npy .npz .h5 .hdf5 .hdf .mat .arff .jsonl .ndjson .xlsx .xls "
    ".ods .dta .sav .sas7bdat .rds "
    ".rda .rdata .fasta .fa .fastq .fq .bam .sam .cram .vcf .bed .gff .gtf .bw .bigwig .sdf .mol .mol2 .pdb .cif "
    ".smi .xyz .ply .obj .las .laz .off .pcd .tif .tiff "
    ".nii .dcm .edf .fif .wav .flac .mp3 .ogg .mp4 .avi .mov .tfrecord .tfrecords .lmdb .mdb .db .sqlite "
    ".sqlite3 .zip .gz .bz2 .xz .tar .tgz .7z "
    ".nc .grib .geojson .shp .gpkg .gpx .kml .libsvm .svm .svmlight .data .dat .conll .conllu .bio .pos .neg "
    ".graph .edges .edgelist .content .cites "
    ".allx .graphml .mtx .h5ad .loom .idx .ubyte .bin .pkl .pickle .p .ldf .rec .zarr .msgpack .dbf .asc .vec "
    ".graphs .raw".split()
)
IMAGE_ENDINGS = frozenset(".png .jpg .jpeg .bmp .gif .webp .pgm .ppm .svg".split())
SOFT_ENDINGS = frozenset(".txt .json .xml .html .log .md .pdf .yaml .yml .list .names".split()) | IMAGE_ENDINGS
MODEL_ENDINGS = frozenset(
    ".pt .pth .ckpt .onnx .keras .safetensors .joblib .pb .tflite .caffemodel .weights .mlmodel .model .index "
    ".meta .t7 .cbm .ubj .bst".split()
)
CONFIG_ENDINGS = frozenset(".yaml .yml .toml .ini .cfg .conf .env .gin .hocon .lock".split())
CODE_ENDINGS = frozenset(
    ".py .ipynb .r .rmd .jl .sh .bash .m .scala .c .cc .cpp .h .hpp .cu .java .js .ts .css .go .rs .pl .smk".split()
)
ENCODING = regex(r"utf-?(?:8|16|32)(?:[-_]sig)?|latin-?1|us-?ascii|ascii|cp125\d|iso-?8859-?\d+", re.IGNORECASE)
NOT_DATA = regex(
    r"(^|/)(package|package-lock|tsconfig|setup|config\w*|settings|params\w*|vercel|composer|manifest|"
    r"requirements\S*|license\S*|readme\S*|"
    r"changelog\S*|cmakelists|vocab\w*|tokenizer\w*|metadata|environment|contributing|citation|authors|notice|"
    r"robots|runtime|\w*hparams|"
    r"pyproject|conda\S*|spec\S*|sha256sums|checksums|renv|mlproject|results?|metrics?|scores?|devcontainer)\.[a-z]+$",
    re.IGNORECASE,
)
DATA_FOLDER = regex(
    r"(^|/)(\w*data\w*|\w*datasets?\w*|corpus|corpora|inputs?|raw|samples?|examples?_?(data|input)?|uploads?|"
    r"recordings|images?|imgs?|"
    r"photos|audio|videos?|train\w*|test_?(data|images)|val|bam_files|annotations?|labels?|sequences|\w*_files)(/|$)",
    re.IGNORECASE,
)
OUTPUT_FOLDER = regex(
    r"(^|/)(results?|outputs?|out|logs?|runs?|mlruns|figures?|figs?|plots?|reports?|checkpoints?|ckpts?|models?|"
    r"weights|artifacts?|"
    r"saved_?\w*|predictions?|submissions?|docs?|assets?|static|media|templates|images?|imgs?|pics?|pictures|"
    r"screenshots?|paper|manuscript|lightning_logs|"
    r"wandb|tensorboard|\.github|\.dvc|\.\w+|tests?|notebooks?/\.\w+|public|icons?|logos?|readme_?\w*|slides)(/|$)",
    re.IGNORECASE,
)
MODEL_WORD = regex(
    r"model|weights?|checkpoint|ckpt|pretrain|scaler|encoder|vectorizer|tokenizer|pipeline|classifier|regressor|"
    r"estimator|best_|"
    r"snapshot|optimizer|state_dict|resume|cache|embedding",
    re.IGNORECASE,
)
OUTPUT_WORD = regex(
    r"(^|[/_.-])(results?|outputs?|out|logs?|figures?|plots?|metrics?|scores?|predictions?|preds?|submissions?|"
    r"report|history|"
    r"checkpoints?|runs|wandb|mlruns|tmp|temp|__pycache__|readme|requirements|config\w*|params|version|vocab\w*|"
    r"license)([/_.-]|$|\*)",
    re.IGNORECASE,
)
# Names that any data set's files may have tie to none.
GENERIC_NAME = regex(
    r"(?:train(?:ing)?|valid(?:ation)?|val|dev|test(?:ing)?|eval|data|inputs?|x|y|features?|labels?|targets?)"
    r"(?:[-_.](?:train(?:ing)?|valid(?:ation)?|val|dev|test(?:ing)?|data|set|x|y|features?|labels?|images?|src|tgt))*"
    r"\.(?:txt|csv|tsv|jsonl?|npy|npz|parquet|h5|pt|pkl|src|tgt)",
    re.IGNORECASE,
)
