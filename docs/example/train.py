"""Fits a line to the yields of tomato beds by stochastic gradient descent."""

import csv
import json
import os

import matplotlib
import numpy as np
import yaml

matplotlib.use("Agg")
import matplotlib.pyplot as plt

with open("params.yaml") as file:
    params = yaml.safe_load(file)

rng = np.random.default_rng(params["seed"])
rows = np.loadtxt(params["data"], delimiter=",", skiprows=1)
order = np.random.permutation(len(rows))
train, test = rows[order[: len(rows) * 2 // 3]], rows[order[len(rows) * 2 // 3 :]]

slope, bias = rng.normal(size=2) / 10
history = []
for epoch in range(params["train"]["epochs"]):
    for sun, kilos in train:
        error = slope * sun + bias - kilos
        slope -= params["train"]["rate"] * error * sun
        bias -= params["train"]["rate"] * error
    loss = float(np.mean((slope * train[:, 0] + bias - train[:, 1]) ** 2))
    held_out = float(np.mean((slope * test[:, 0] + bias - test[:, 1]) ** 2))
    history.append({"epoch": epoch, "loss": loss, "held_out": held_out})
    print(f"epoch {epoch}: loss {loss:.5f}")

os.makedirs("out", exist_ok=True)
with open("out/history.csv", "w", newline="") as file:
    writer = csv.DictWriter(file, ["epoch", "loss", "held_out"])
    writer.writeheader()
    writer.writerows(history)
with open("out/metrics.json", "w") as file:
    json.dump({"loss": loss, "held_out": held_out}, file, indent=2)
with open("out/summary.txt", "w") as file:
    file.write(f"Tomato yields\n\nslope {slope:.6f}\nbias {bias:.6f}\nbeds {len(rows)}\n")

figure, axes = plt.subplots(figsize=(4, 3))
axes.scatter(train[:, 0], train[:, 1], label="train")
axes.scatter(test[:, 0], test[:, 1], label="test")
axes.axline((0, bias), slope=slope)
axes.set(xlim=(4, 10), ylim=(2, 8), xlabel="hours of sun", ylabel="kilograms")
axes.legend()
figure.tight_layout()
figure.savefig("out/fit.png", dpi=80)
