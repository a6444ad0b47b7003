import csv

import joblib
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

nights = list(csv.DictReader(open("nights.csv")))
columns = set(nights[0]) - {"frost"}
inputs = np.array([[float(night[column]) for column in columns] for night in nights])
frost = np.array([int(night["frost"]) for night in nights])
x_train, x_test, y_train, y_test = train_test_split(inputs, frost, test_size=0.3)

forest = RandomForestClassifier(n_estimators=50, max_depth=4)
forest.fit(x_train, y_train)
print(f"accuracy {forest.score(x_test, y_test):.3f}")
joblib.dump(forest, "model.joblib")
